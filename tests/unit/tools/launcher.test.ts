import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { RELEASED_IMAGES } from "../../../tools/setup/images";
import { environmentOf, launcherScript } from "../../../tools/setup/launcher";

describe("the launcher", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "launcher it's-"));
    const real = join(directory, "pulumi");
    writeFileSync(real, '#!/bin/sh\nenv; printf "arg:%s\\n" "$@"; exit 7\n');
    chmodSync(real, 0o755);
  });
  after(() => rmSync(directory, { recursive: true }));

  const parts = (home?: string) => ({
    parts: [],
    env: { PULUMI_BACKEND_URL: "file:///it's here", PULUMI_CONFIG_PASSPHRASE_FILE: "/file" },
    path: ["/first dir"],
    pulumi: join(directory, "pulumi"),
    ...(home === undefined ? {} : { home, login: "/account/.pulumi" }),
  });
  const run = (env: Record<string, string>, home?: string) => {
    const script = join(directory, "launch");
    writeFileSync(script, launcherScript(parts(home)));
    const base = { PATH: "/usr/bin:/bin", HOME: "/home/x" };
    return spawnSync("/bin/sh", [script, "up", "a b"], {
      env: { ...base, ...env },
      encoding: "utf8",
    });
  };

  it("sets what is not set, hands the arguments over and gives the exit code back", () => {
    const { stdout, status } = run({});
    expect(status).to.equal(7);
    const lines = stdout.split("\n");
    expect(lines).to.include("PULUMI_BACKEND_URL=file:///it's here");
    expect(lines).to.include("PATH=/first dir:/usr/bin:/bin");
    expect(lines).to.include("arg:up").and.include("arg:a b");
  });

  it("overrides nothing that the person set, not even to nothing", () => {
    const { stdout } = run({ PULUMI_BACKEND_URL: "", PULUMI_CONFIG_PASSPHRASE: "" });
    expect(stdout.split("\n")).to.include("PULUMI_BACKEND_URL=");
    expect(stdout).to.not.include("PULUMI_CONFIG_PASSPHRASE_FILE");
  });

  it("names the passphrase of its own state for that state alone", () => {
    const own = { PULUMI_BACKEND_URL: "file:///it's here" };
    expect(run({}).stdout).to.include("PULUMI_CONFIG_PASSPHRASE_FILE=/file");
    expect(run(own).stdout).to.include("PULUMI_CONFIG_PASSPHRASE_FILE=/file");
    expect(run({ PULUMI_BACKEND_URL: "s3://b" }).stdout).to.not.include("PASSPHRASE");
    expect(environmentOf(parts(), own)).to.have.property("PULUMI_CONFIG_PASSPHRASE_FILE");
    const elsewhere = environmentOf(parts(), { PULUMI_BACKEND_URL: "s3://b" });
    expect(elsewhere).to.not.have.property("PULUMI_CONFIG_PASSPHRASE_FILE");
  });

  it("keeps the person's login while plugins are this checkout's", () => {
    const lines = run({ PULUMI_HOME: "/own" }, "/checkout home").stdout.split("\n");
    expect(lines).to.include("PULUMI_HOME=/checkout home");
    expect(lines).to.include("PULUMI_CREDENTIALS_PATH=/own");
    const plain = run({}, "/checkout home").stdout.split("\n");
    expect(plain).to.include("PULUMI_CREDENTIALS_PATH=/account/.pulumi");
  });

  it("gives other programs the environment that it sets itself", () => {
    const given = { PATH: "/usr/bin:/bin", HOME: "/home/x", PULUMI_CONFIG_PASSPHRASE: "p" };
    const lines = run({ PULUMI_CONFIG_PASSPHRASE: "p" }, "/h").stdout.split("\n");
    const { CLERK_HASURA_POSTGRES_IMAGE, CLERK_HASURA_POSTGRES_MAJOR, ...others } = environmentOf(
      parts("/h"),
      given,
    );
    for (const [name, value] of Object.entries(others))
      expect(lines).to.include(`${name}=${value}`);
    expect(environmentOf(parts(), given)).to.not.have.property("PULUMI_HOME");
  });

  it("names the released Postgres image to tests where none was built", () => {
    const released = environmentOf(parts(), {});
    expect(released.CLERK_HASURA_POSTGRES_IMAGE).to.equal(RELEASED_IMAGES.postgres);
    expect(RELEASED_IMAGES.postgres).to.include(`:${released.CLERK_HASURA_POSTGRES_MAJOR}`);
    const named = environmentOf(parts(), { CLERK_HASURA_POSTGRES_IMAGE: "own:18" });
    expect(named.CLERK_HASURA_POSTGRES_IMAGE).to.equal("own:18");
  });

  it("gives the version of the image built here to no other image", () => {
    const built = {
      ...parts(),
      env: { CLERK_HASURA_POSTGRES_IMAGE: "built", CLERK_HASURA_POSTGRES_MAJOR: "15" },
    };
    const script = join(directory, "built");
    writeFileSync(script, launcherScript(built));
    const seen = (env: Record<string, string>) => {
      const given = { PATH: "/usr/bin:/bin", ...env };
      const { stdout } = spawnSync("/bin/sh", [script], { env: given, encoding: "utf8" });
      const own = environmentOf(built, given).CLERK_HASURA_POSTGRES_MAJOR;
      return [stdout.includes("CLERK_HASURA_POSTGRES_MAJOR=15"), own];
    };
    expect(seen({})).to.deep.equal([true, "15"]);
    expect(seen({ CLERK_HASURA_POSTGRES_IMAGE: "own:18" })).to.deep.equal([false, undefined]);
  });

  it("marks what it starts with the number of the process that it becomes", () => {
    const { stdout, pid } = run({ CLERK_HASURA_UPDATE: "1" });
    expect(stdout.split("\n")).to.include(`CLERK_HASURA_UPDATE=${pid}`);
  });
});
