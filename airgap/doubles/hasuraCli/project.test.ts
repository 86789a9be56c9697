import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { ADMIN_SECRET } from "../hasura/testEngine";
import { onDouble, TestCli } from "./testCli";

const STATUS = "metadata inconsistency status";

describe("hasura-cli: project and settings", () => {
  let cli: TestCli;
  before(async () => {
    cli = await TestCli.start();
    await cli.reset();
  });
  after(() => cli?.stop());

  it("wants a config.yaml", async () => {
    const project = cli.project();
    rmSync(join(project, "config.yaml"));
    const run = await cli.run(project, STATUS);
    expect(run).to.deep.include({ code: 1, requests: [] });
    expect(run.fatal).to.contain("cannot find [config.yaml]");
  });

  it("makes the folders that a project lacks, and its own one in HOME", async () => {
    const project = cli.project();
    await cli.run(project, STATUS);
    for (const folder of ["migrations", "metadata", "seeds"]) {
      expect(existsSync(join(project, folder)), folder).to.equal(true);
    }
    expect(existsSync(join(cli.home, ".hasura", "config.json"))).to.equal(true);
  });

  it("fails at once where HOME cannot be written", async () => {
    const file = join(cli.home, "file");
    writeFileSync(file, "");
    const run = await cli.run(cli.project(), STATUS, { env: { HOME: join(file, "below") } });
    expect(run).to.deep.include({ code: 1, requests: [] });
    const text = "setting up global config failed: cannot create global config directory";
    expect(run.fatal).to.contain(text);
  });

  it("stops at the fourth request with a wrong secret", async () => {
    const run = await cli.run(cli.project(), STATUS, {
      env: { HASURA_GRAPHQL_ADMIN_SECRET: "wrong" },
    });
    expect(run.code).to.equal(1);
    expect(run.requests).to.have.lengthOf(4);
    expect(run.fatal).to.contain("access-denied");
    expect(JSON.stringify(run)).not.to.contain(ADMIN_SECRET);
  });

  it("fails at once where no engine answers", async () => {
    const began = Date.now();
    const env = { HASURA_GRAPHQL_ENDPOINT: "http://127.0.0.1:1" };
    const run = await cli.run(cli.project(), STATUS, { env });
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain("connecting to graphql-engine server failed");
    expect(Date.now() - began).to.be.below(5000);
  });

  it("takes a flag before the environment, .env and config.yaml, in this order", async () => {
    const unset = { HASURA_GRAPHQL_ENDPOINT: undefined };
    const wrong = "http://127.0.0.1:1";
    const config = (endpoint: string) => ({ "config.yaml": `version: 3\nendpoint: ${endpoint}\n` });
    const dotenv = { ".env": `HASURA_GRAPHQL_ENDPOINT=${cli.endpoint}\n` };
    const byFile = await cli.run(cli.project(config(cli.endpoint)), STATUS, { env: unset });
    expect(byFile.code).to.equal(0);
    const project = cli.project({ ...config(wrong), ...dotenv });
    expect(await cli.run(project, STATUS, { env: unset })).to.include({ code: 0 });
    const real = await cli.run(project, STATUS, { env: { HASURA_GRAPHQL_ENDPOINT: wrong } });
    expect(real.code).to.equal(1);
    const flag = await cli.run(project, `${STATUS} --endpoint ${cli.endpoint}`, {
      env: { HASURA_GRAPHQL_ENDPOINT: wrong },
    });
    expect(flag.code).to.equal(0);
  });

  it("silences info lines by --log-level, and ends a failure with a plain line", async () => {
    const run = await cli.run(cli.project(), `${STATUS} --log-level WARN --skip-update-check`);
    expect(run).to.deep.include({ code: 0, said: [] });
    const failed = await cli.run(cli.project(), "migrate apply --log-level ERROR");
    expect(failed.fatal).to.be.a("string");
  });

  (onDouble ? describe : describe.skip)("as the double", () => {
    for (const args of [
      "deploy",
      "migrate aply",
      "migrate apply --down 1",
      "migrate apply --goto 1",
      "migrate apply --dry-run --database-name default",
      "migrate apply --version 1 --type down --database-name default",
      "metadata diff",
      "metadata apply -o json",
    ]) {
      it(`refuses what it leaves out: ${args}`, async () => {
        const run = await cli.run(cli.project({ "migrations/default/1_a/up.sql": "x" }), args);
        expect(run.code).to.equal(1);
        const told = [run.fatal, ...run.said].join();
        expect(told).to.contain("the double of hasura-cli does not know");
      });
    }

    it("says what it is, and tells of calls that a real one would make", async () => {
      const version = await cli.run(cli.project(), "version");
      expect(version.said).to.deep.equal(["hasura cli"]);
      const env = {
        HASURA_GRAPHQL_SHOW_UPDATE_NOTIFICATION: undefined,
        HASURA_GRAPHQL_ENABLE_TELEMETRY: undefined,
      };
      const { said } = await cli.run(cli.project(), STATUS, { env });
      expect(said.join()).to.contain("releases.hasura.io").and.contain("telemetry.hasura.io");
    });
  });
});
