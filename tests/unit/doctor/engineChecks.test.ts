import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { checkContainers } from "../../../infra/doctor/engineChecks";
import { examine } from "../../../infra/doctor/examine";
import { ISSUER, idsOf, lineOf, SECRETS, secretText } from "./checkup";

const SUBJECT = {
  endpoint: "http://127.0.0.1:1/v1/graphql",
  adminSecret: SECRETS[0] ?? "",
  jwtSecret: secretText(),
  tokenShape: "{}",
  issuer: ISSUER,
  container: "engine",
  database: "postgres",
};
const RUNNING = "/postgres|running|0|healthy";

describe("looking at the stack's containers", () => {
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-docker-"));
  const path = process.env.PATH ?? "";

  before(() => {
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  after(() => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Docker's client as it answers to `container inspect`, naming the engine that it was to ask. */
  function dockerSays(lines: readonly string[], errors = "", code = 0): void {
    const script = [
      "#!/bin/sh",
      `echo "$DOCKER_HOST $*" >${JSON.stringify(join(folder, "asked"))}`,
      ...lines.map((line) => `echo ${JSON.stringify(line)}`),
      `echo ${JSON.stringify(errors)} >&2`,
      `exit ${code}`,
    ];
    writeFileSync(join(folder, "docker"), `${script.join("\n")}\n`, { mode: 0o755 });
  }

  it("has nothing to say of containers that run", async () => {
    dockerSays(["/engine|running|0|starting", RUNNING]);
    expect(await checkContainers(SUBJECT)).to.deep.equal([]);
    dockerSays(["/engine|running|0|", RUNNING]);
    expect(await checkContainers(SUBJECT)).to.deep.equal([]);
  });

  const states: [string, string, RegExp, RegExp][] = [
    [
      "stopped",
      "/engine|exited|137|unhealthy",
      /is not running \(exited, exit code 137\)/,
      /^docker start engine, or npm run up; docker logs/,
    ],
    ["never started", "/engine|created|128|", /is not running \(created/, /^docker start engine/],
    [
      "in a loop",
      "/engine|restarting|1|",
      /keeps restarting \(exit code 1\)/,
      /^docker logs --tail 20 engine says why/,
    ],
    ["paused", "/engine|paused|0|healthy", /is paused/, /^docker unpause engine$/],
    ["unhealthy", "/engine|running|0|unhealthy", /its health check fails/, /^docker logs/],
  ];
  for (const [what, line, finding, remedy] of states) {
    it(`names an engine that is ${what}, and the way out`, async () => {
      dockerSays([line, RUNNING]);
      const checks = await checkContainers(SUBJECT);
      expect(idsOf(checks, "failed")).to.deep.equal(["engine.container"]);
      expect(lineOf(checks, "engine.container").finding).to.match(finding);
      expect(lineOf(checks, "engine.container").remedy).to.match(remedy);
    });
  }

  it("names those that do not exist", async () => {
    dockerSays(
      ["/engine|running|0|"],
      "Error response from daemon: No such container: postgres",
      1,
    );
    const checks = await checkContainers(SUBJECT);
    expect(idsOf(checks, "failed")).to.deep.equal(["database.container"]);
    expect(lineOf(checks, "database.container").finding).to.equal("postgres does not exist");
    expect(lineOf(checks, "database.container").remedy).to.include("npm run up");
  });

  it("asks the stack's Docker engine, and names it in commands", async () => {
    dockerSays(["/engine|exited|0|", RUNNING]);
    const [line] = await checkContainers({
      ...SUBJECT,
      dockerEnvironment: { DOCKER_HOST: "tcp://10.0.0.1:2375" },
    });
    expect(line?.remedy).to.match(/^docker --host tcp:\/\/10\.0\.0\.1:2375 start engine/);
    const asked = readFileSync(join(folder, "asked"), "utf8");
    expect(asked).to.match(/^tcp:\/\/10\.0\.0\.1:2375 container inspect .* engine postgres\n$/);
  });

  it("says nothing where Docker cannot be asked, or no container is known", async () => {
    dockerSays([], "Cannot connect to the Docker daemon at unix:///var/run/docker.sock", 1);
    expect(await checkContainers(SUBJECT)).to.deep.equal([]);
    const { container: _container, database: _database, ...none } = SUBJECT;
    dockerSays(["/engine|exited|0|"]);
    expect(await checkContainers(none)).to.deep.equal([]);
  });

  it("names what does not run first, without what follows from it", async () => {
    dockerSays(["/engine|exited|137|", "/postgres|exited|0|"]);
    const checks = await examine(SUBJECT, { timeoutMs: 2000 });
    expect(checks.slice(0, 2).map(({ id }) => id)).to.deep.equal([
      "engine.container",
      "database.container",
    ]);
    expect(idsOf(checks, "failed")).to.have.length(2);
    expect(
      checks.some(({ id }) => /^(?:refusal|introspection|engine\.(?!container))/.test(id)),
    ).to.equal(false);
  });

  it("judges a given token although the engine is stopped", async () => {
    dockerSays(["/engine|exited|137|", RUNNING]);
    const checks = await examine(SUBJECT, { timeoutMs: 2000, token: "null" });
    expect(idsOf(checks, "failed")).to.deep.equal(["engine.container", "token.form"]);
  });
});
