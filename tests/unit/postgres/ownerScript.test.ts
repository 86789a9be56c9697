import { expect } from "chai";
import { VOLUME_CLAIM_SCRIPT, VOLUME_RELEASE_SCRIPT } from "../../../infra/postgres/guardScript";
import { type FoundVolume, runVolumeScript } from "./volumeScript";

const URN = "urn:pulumi:dev::shop::docker:index/volume:Volume::data";
const OTHER = "fedcba9876543210";
const ABSENT: FoundVolume = { present: false };
const OURS: FoundVolume = { present: true, instance: "0123456789abcdef", stack: "shop/dev" };
const FOREIGN: FoundVolume = { present: true, instance: OTHER, stack: "shop/dev" };
const PLAIN: FoundVolume = { present: true };

const claim = (volume: FoundVolume, adopt = "") =>
  runVolumeScript(VOLUME_CLAIM_SCRIPT, { volume, env: { ADOPT: adopt } });
const release = (volume: FoundVolume, adopt = "", word = "delete") =>
  runVolumeScript(VOLUME_RELEASE_SCRIPT, { volume, env: { ADOPT: adopt, URN }, args: [word] });

describe("the claim of a volume", () => {
  const TAKEN: [string, FoundVolume, string?][] = [
    ["one that is not there", ABSENT],
    ["its own", OURS],
    ["one that it was told to adopt", FOREIGN, OTHER],
    ["an unlabeled one that it was told to adopt", PLAIN, "unlabeled"],
    ["its own, with a setting left from an adoption", OURS, OTHER],
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
    ["its own", OURS],
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
