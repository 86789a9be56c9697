import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { stepInterpreter } from "../../infra/docker/dockerStep";
import { POSTGRES_GUARD_SCRIPT } from "../../infra/postgres/guardScript";
import { dataPath, postgresStartScript, volumePath } from "../../infra/postgres/startScript";
import { type DerivedImage, derivedImage, docker, tryDocker } from "./support/docker";
import { runProcess } from "./support/runProcess";

const INSTANCE = "0123456789abcdef";
const image = process.env.CLERK_HASURA_POSTGRES_IMAGE ?? "postgres:17-bookworm";
const major = Number(process.env.CLERK_HASURA_POSTGRES_MAJOR ?? 17);

/** A server of another major version by its own words; everything else is the image's. */
const NEWER = (major: number) => [
  "USER root",
  `RUN printf '#!/bin/sh\\necho "postgres (PostgreSQL) ${major}.1"\\n' > /usr/local/bin/postgres && chmod +x /usr/local/bin/postgres`,
];

describe("the guard of a data volume, on real images and volumes", function () {
  this.timeout(120_000);
  const name = `guard-${randomBytes(4).toString("hex")}`;
  const volume = `${name}-data`;
  const images: DerivedImage[] = [];
  const mount = volumePath(major);
  const data = dataPath(major);
  /** The data directory within the volume, as `inVolume` sees it. */
  const home = `/v${data.slice(mount.length)}`;

  const made = async (what: string, lines: string[]) => {
    const derived = await derivedImage(image, `${name}.test/${what}:1`, lines);
    images.push(derived);
    return derived.tag;
  };
  const inVolume = (script: string) => {
    const run = ["run", "--rm", "--network", "none", "--user", "0:0", "--entrypoint", "/bin/sh"];
    return docker([...run, "-v", `${volume}:/v`, image, "-ec", script]);
  };
  const [shell = "", ...script] = stepInterpreter(POSTGRES_GUARD_SCRIPT);
  const guard = (over: Record<string, string> = {}) =>
    runProcess(shell, [...script, "check"], {
      env: {
        ...process.env,
        VOLUME: volume,
        INSTANCE,
        ADOPT: "",
        IMAGE: image,
        MAJOR: `${major}`,
        MOUNT: mount,
        PGDATA: data,
        ...over,
      },
    });
  const refusal = async (over: Record<string, string> = {}) => {
    const before = await inVolume("find /v -printf '%p %u %m %T@\\n' | sort");
    const { code, text } = await guard(over);
    expect(code, text).to.equal(1);
    expect(await inVolume("find /v -printf '%p %u %m %T@\\n' | sort"), text).to.equal(before);
    return text;
  };

  before(() => docker(["run", "--rm", "--entrypoint", "/bin/true", image], 300_000));
  beforeEach(() =>
    docker(["volume", "create", "--label", `dev.clerk-hasura.instance=${INSTANCE}`, volume]),
  );
  afterEach(() => tryDocker(["volume", "rm", "--force", volume]));
  after(async () => {
    for (const derived of images) await derived.remove();
  });

  /** What the guard looks at of a cluster: no server starts on it. */
  const cluster = (at: string, version = major, user = "postgres") =>
    inVolume(
      `mkdir -p ${at}/global ${at}/base/1 && echo ${version} > ${at}/PG_VERSION && echo ${version} > ${at}/base/1/PG_VERSION
       chown -R ${user} ${at} && chmod 700 ${at}`,
    );

  it("gives an empty volume to the image's user, however often it is asked", async () => {
    for (let round = 1; round <= 2; round += 1) {
      const { code, text } = await guard();
      expect(code, text).to.equal(0);
      expect(await inVolume("stat -c %U /v")).to.equal("postgres");
    }
  });

  it("lets a cluster of the image's version and user be served", async () => {
    await cluster(home);
    const { code, text } = await guard();
    expect(code, text).to.equal(0);
  });

  it("refuses another major version than the image has, whatever its name says", async () => {
    const image = await made("fifteen", NEWER(major + 1));
    expect(await refusal({ IMAGE: image })).to.contain(`set it to ${major + 1}`);
  });

  it("refuses a cluster of another major version", async () => {
    await cluster(home);
    const image = await made("newer", NEWER(major + 1));
    const text = await refusal({ IMAGE: image, MAJOR: `${major + 1}` });
    expect(text).to.contain(`is of PostgreSQL ${major},`);
  });

  it("refuses a cluster that lies where the server would not look", async () => {
    await cluster("/v/other/place");
    expect(await refusal()).to.contain(`lies at ${mount}/other/place`);
  });

  it("refuses two clusters", async () => {
    await cluster("/v/one");
    await cluster("/v/two");
    expect(await refusal()).to.contain("more than one cluster");
  });

  it("refuses a cluster of another base's user", async () => {
    await cluster(home, major, "70");
    expect(await refusal()).to.contain("belongs to user 70");
  });

  it("refuses files that are no cluster", async () => {
    await inVolume("mkdir /v/kept && echo 1 > /v/kept/notes.txt");
    expect(await refusal()).to.contain("no cluster");
  });

  it("refuses an image of another family", async () => {
    const image = await made("family", ["USER root", "RUN rm /usr/local/bin/docker-entrypoint.sh"]);
    expect(await refusal({ IMAGE: image })).to.contain("docker-entrypoint.sh");
  });

  it("refuses an image that is gone from the host", async () => {
    const text = await refusal({ IMAGE: `sha256:${"0".repeat(64)}` });
    expect(text).to.contain("cannot be looked into");
  });
});

describe("the start of a server, on a real image", function () {
  this.timeout(120_000);
  const name = `start-${randomBytes(4).toString("hex")}`;
  const mount = volumePath(major);

  const start = async (options: string[], before = "") => {
    const run = ["run", "--rm", "--network", "none", "--user", "postgres", "--name", name];
    const script = `${before}\n${postgresStartScript(mount).replace("#!/bin/bash", "")}`;
    const args = [...run, ...options, "--entrypoint", "/bin/bash", image, "-c", script, "start"];
    const finished = await tryDocker([...args, "postgres", "--version"]);
    expect(finished.text).to.not.contain("PostgreSQL)");
    return finished;
  };

  // The image declares a volume where this one is mounted: another folder has none.
  it("refuses to write where no volume is mounted", async () => {
    const script = postgresStartScript("/var/lib").replace("#!/bin/bash", "");
    const args = [
      "run",
      "--rm",
      "--network",
      "none",
      "--env",
      "PGDATA=/var/lib/data",
      "--entrypoint",
    ];
    const { code, text } = await tryDocker([...args, "/bin/bash", image, "-c", script]);
    expect(code, text).to.equal(78);
    expect(text).to.contain("no volume is mounted at /var/lib").and.contain("nothing was written");
  });

  for (const elsewhere of ["/home/postgres/data", `${mount}/../elsewhere`, `${mount}-other`]) {
    it(`refuses a data directory outside the volume: ${elsewhere}`, async () => {
      const { code, text } = await start(["--env", `PGDATA=${elsewhere}`]);
      expect(code, text).to.equal(78);
      expect(text).to.contain("lies outside the volume").and.contain("postgres.image");
    });
  }

  it("refuses a data directory that leads out of the volume", async () => {
    const linked = `ln -s /tmp "${mount}/out"`;
    const { code, text } = await start(["--env", `PGDATA=${mount}/out/data`], linked);
    expect(code, text).to.equal(78);
    expect(text).to.contain("lies outside the volume");
  });

  it("refuses an image without the official entrypoint", async () => {
    const options = ["--env", `PGDATA=${dataPath(major)}`, "--env", "PATH=/usr/bin:/bin"];
    const { code, text } = await start(options);
    expect(code, text).to.equal(78);
    expect(text).to.contain("no docker-entrypoint.sh").and.contain("postgres.image");
  });
});
