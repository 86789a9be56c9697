import { expect } from "chai";
import {
  POSTGRES_GUARD_SCRIPT,
  VOLUME_CLAIM_SCRIPT,
  VOLUME_RELEASE_SCRIPT,
} from "../../../infra/postgres/guardScript";
import { type FoundVolume, runVolumeScript } from "./volumeScript";

const OURS: FoundVolume = { present: true, instance: "0123456789abcdef" };
const DATA = "/var/lib/postgresql/data";
const IMAGE = ["image 17", "user 999"];
const CLUSTER = `cluster 17 999 ${DATA}`;

interface Case {
  volume?: FoundVolume;
  env?: Record<string, string>;
}

function guard(facts: string[] | undefined, { volume = OURS, env }: Case = {}) {
  const settings = { IMAGE: "sha256:1", MAJOR: "17", MOUNT: DATA, PGDATA: DATA, ...env };
  const text = facts && `${facts.join("\n")}\n`;
  return runVolumeScript(POSTGRES_GUARD_SCRIPT, { volume, env: settings, facts: text });
}

describe("the guard of a data volume", () => {
  it("lets a cluster of the image's version be served, and writes nothing", async () => {
    const { code, text, ran } = await guard([...IMAGE, CLUSTER]);
    expect(code, text).to.equal(0);
    expect(ran).to.equal("");
  });

  it("gives an empty volume to the image's user", async () => {
    const { code, text, ran } = await guard(IMAGE);
    expect(code, text).to.equal(0);
    expect(ran).to.contain("chown").and.contain(`:${DATA}:rw,nocopy`);
  });

  it("takes an adopted volume", async () => {
    const volume = { present: true, instance: "fedcba9876543210" };
    const { code, text } = await guard([...IMAGE, CLUSTER], {
      volume,
      env: { ADOPT: volume.instance },
    });
    expect(code, text).to.equal(0);
  });

  it("knows where an image of version 18 keeps its data", async () => {
    const at = "/var/lib/postgresql";
    const env = { MAJOR: "18", MOUNT: at, PGDATA: `${at}/18/docker` };
    const facts = ["image 18", "user 999", `cluster 18 999 ${at}/18/docker`];
    expect((await guard(facts, { env })).code).to.equal(0);
  });

  const REFUSED: [what: string, facts: string[], ...says: string[]][] = [
    [
      "an image of another version than is set",
      ["image 16", "user 999"],
      "The image is PostgreSQL 16, but postgres.majorVersion is 17",
      "set it to 16",
    ],
    [
      "a cluster of another version",
      [...IMAGE, `cluster 15 999 ${DATA}`],
      "is of PostgreSQL 15",
      "set postgres.image and postgres.majorVersion to 15",
    ],
    [
      "a cluster where the server would not look",
      [...IMAGE, `cluster 17 999 ${DATA}/pgdata`],
      `lies at ${DATA}/pgdata`,
    ],
    [
      "a cluster of another user",
      [...IMAGE, `cluster 17 70 ${DATA}`],
      "belongs to user 70, but the image's user postgres is 999",
    ],
    [
      "two clusters",
      [...IMAGE, CLUSTER, `cluster 16 999 ${DATA}/old`],
      `more than one cluster (${DATA}, ${DATA}/old)`,
    ],
    ["files that are no cluster", [...IMAGE, "holds notes.txt"], "such as notes.txt", "no cluster"],
    [
      "an image without the official entrypoint",
      ["missing docker-entrypoint.sh", ...IMAGE],
      "no docker-entrypoint.sh",
      "set postgres.image",
    ],
    ["an image without the user", ["image 17", "user "], "no user postgres"],
  ];
  for (const [what, facts, ...says] of REFUSED) {
    it(`refuses ${what}, and writes nothing`, async () => {
      const { code, text, ran } = await guard(facts);
      expect(code).to.equal(1);
      for (const part of [...says, "The server was left as it was."]) expect(text).to.contain(part);
      expect(ran).to.equal("");
    });
  }

  it("says everything that is wrong with a cluster", async () => {
    const { text } = await guard([...IMAGE, `cluster 15 70 ${DATA}`]);
    expect(text).to.contain("is of PostgreSQL 15").and.contain("belongs to user 70");
  });

  it("refuses a volume that is gone, since Docker would make an empty one", async () => {
    const { code, text } = await guard(IMAGE, { volume: { present: false } });
    expect(code).to.equal(1);
    expect(text).to.contain("is gone").and.contain("npm run down -- --delete-data");
  });

  it("refuses a volume that somebody else has made in the meantime", async () => {
    const volume = { present: true, instance: "fedcba9876543210", stack: "shop/dev" };
    const { code, text, ran } = await guard(IMAGE, { volume });
    expect(code).to.equal(1);
    expect(text).to.contain("belongs to the stack shop/dev");
    expect(ran).to.equal("");
  });

  it("refuses an image that cannot be run", async () => {
    const { code, text } = await guard(undefined);
    expect(code).to.equal(1);
    expect(text).to.contain("cannot be looked into").and.contain("npm run recover");
  });
});

const URN = "urn:pulumi:dev::shop::docker:index/volume:Volume::data";
const OTHER = "fedcba9876543210";
const ABSENT: FoundVolume = { present: false };
const LABELED: FoundVolume = { present: true, instance: "0123456789abcdef", stack: "shop/dev" };
const FOREIGN: FoundVolume = { present: true, instance: OTHER, stack: "shop/dev" };
const PLAIN: FoundVolume = { present: true };

const claim = (volume: FoundVolume, adopt = "") =>
  runVolumeScript(VOLUME_CLAIM_SCRIPT, { volume, env: { ADOPT: adopt } });
const release = (volume: FoundVolume, adopt = "", word = "delete") =>
  runVolumeScript(VOLUME_RELEASE_SCRIPT, { volume, env: { ADOPT: adopt, URN }, args: [word] });

describe("the claim of a volume", () => {
  const TAKEN: [string, FoundVolume, string?][] = [
    ["one that is not there", ABSENT],
    ["its own", LABELED],
    ["one that it was told to adopt", FOREIGN, OTHER],
    ["an unlabeled one that it was told to adopt", PLAIN, "unlabeled"],
    ["its own, with a setting left from an adoption", LABELED, OTHER],
  ];
  for (const [what, volume, adopt] of TAKEN) {
    it(`takes ${what}`, async () => {
      const { code, text } = await claim(volume, adopt);
      expect(code, text).to.equal(0);
      expect(text).to.equal("");
    });
  }

  it("refuses another stack's, by name and instance, with the word that adopts it", async () => {
    const { code, text } = await claim(FOREIGN);
    expect(code).to.equal(1);
    expect(text).to.contain("shop-dev-api-postgres-data").and.contain("shop/dev");
    expect(text).to.contain(`npx pulumi config set --path postgres.adoptVolume ${OTHER}`);
    expect((await claim(FOREIGN, OTHER)).code).to.equal(0);
  });

  it("refuses one without a label, with the word that adopts it", async () => {
    const { code, text } = await claim(PLAIN);
    expect(code).to.equal(1);
    expect(text).to.contain("npx pulumi config set --path postgres.adoptVolume unlabeled");
  });

  for (const adopt of ["unlabeled", "0000000000000000"]) {
    it(`refuses another stack's where something else was to be adopted: ${adopt}`, async () => {
      expect((await claim(FOREIGN, adopt)).code).to.equal(1);
    });
  }

  it("does not take a Docker engine that does not answer for a volume that is not there", async () => {
    const { code, text } = await claim({
      present: false,
      error: "Cannot connect to the Docker daemon",
    });
    expect(code).to.equal(1);
    expect(text).to.contain("Cannot connect to the Docker daemon");
  });
});

describe("the release of a volume", () => {
  const LET_GO: [string, FoundVolume, string?][] = [
    ["its own", LABELED],
    ["an adopted one", FOREIGN, OTHER],
    ["an adopted one without a label", PLAIN, "unlabeled"],
    ["one that is gone", ABSENT],
  ];
  for (const [what, volume, adopt] of LET_GO) {
    it(`lets ${what} be deleted`, async () => {
      const { code, text } = await release(volume, adopt);
      expect(code, text).to.equal(0);
    });
  }

  for (const [what, volume] of [
    ["another stack's", FOREIGN],
    ["an unlabeled one", PLAIN],
  ] as const) {
    it(`keeps ${what} from being deleted and says how to let go of it`, async () => {
      const { code, text } = await release(volume);
      expect(code).to.equal(1);
      expect(text).to.contain("is not deleted").and.contain(`'${URN}'`);
    });
  }

  it("does nothing before that", async () => {
    expect((await release(FOREIGN, "", "allow the data volume to be deleted")).code).to.equal(0);
  });
});
