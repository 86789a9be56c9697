import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Canary, generatedPasswords, leaksIn } from "./support/canaries";
import { containerLogs, docker, tryDocker } from "./support/docker";
import { type Finished, runProcess } from "./support/runProcess";
import { textBelow } from "./support/sinks";
import { TestStack } from "./support/testStack";

const fresh = () => `canary${randomBytes(24).toString("hex")}+/%'"$x`;

describe("secrets", function () {
  this.timeout(300_000);
  const adminSecret = `canary${randomBytes(24).toString("hex")}+/%$x`;
  const envValue = fresh();
  const texts: Record<string, Finished> = {};
  let stack: TestStack;
  let canaries: Canary[];

  before(async () => {
    stack = await TestStack.create({
      // Statements that make roles would be logged where the superuser had no settings of its own.
      plain: { "postgres.parameters.log_statement": "ddl" },
      secret: { "hasura.adminSecret": adminSecret, "hasura.env.APP_CANARY": envValue },
    });
    texts["the text of the first preview"] = await stack.preview("--diff");
    texts["the text of up"] = await stack.up();
    texts["the server's log of up"] = await tryDocker(["logs", stack.postgresContainer]);
    canaries = await everySecret();
  });
  after(() => stack?.cleanUp());

  async function everySecret(): Promise<Canary[]> {
    const { jwtSecret, databaseUrl } = await stack.outputs();
    const { key } = JSON.parse(jwtSecret) as { key: string };
    const exported = await stack.demand(["stack", "export", "--show-secrets"]);
    return [
      { what: "the admin secret", value: adminSecret },
      { what: "the engine's variable", value: envValue },
      { what: "the signing key", value: key },
      { what: "the JWT secret", value: jwtSecret },
      { what: "the database's URL", value: databaseUrl },
      { what: "the engine's password", value: new URL(databaseUrl).password },
      ...generatedPasswords(exported.stdout),
    ];
  }

  const expectNone = (text: string, where: string) => {
    expect(text.length, `${where} is not empty`).to.be.greaterThan(0);
    expect(leaksIn(text, canaries), where).to.deep.equal([]);
  };

  it("are known to the test: none is empty, and each is found where it has to be", async () => {
    expect(canaries.length).to.be.at.least(9);
    for (const { what, value } of canaries) expect(value.length, what).to.be.at.least(32);
    const outputs = JSON.stringify(await stack.outputs());
    expect(leaksIn(outputs, canaries)).to.include.members([
      "the admin secret plain",
      "the signing key plain",
      "the engine's password plain",
    ]);
    const { status } = await (await stack.client()).post(
      "/v2/query",
      { type: "run_sql", args: { source: "none", sql: "select 1" } },
      { "x-hasura-admin-secret": adminSecret },
    );
    expect(status, "the engine knows the supplied admin secret").to.not.equal(401);
  });

  it("are not in the texts of up, refresh and previews, with changes and without", async () => {
    texts["the text of refresh"] = await stack.refresh("--diff");
    texts["the JSON of a preview"] = await stack.preview("--json");
    await stack.configure({
      plain: {
        "hasura.corsDomains[0]": "https://app.example.com",
        "postgres.parameters.work_mem": "6MB",
      },
      secret: { "hasura.env.APP_CANARY": fresh(), "hasura.env.OTHER": envValue },
    });
    texts["the diff of a change"] = await stack.preview("--diff", "--show-replacement-steps");
    texts["the JSON of a change"] = await stack.preview("--json", "--diff");
    texts["the text of a changing up"] = await stack.up("--diff", "--show-reads");
    for (const [where, { text }] of Object.entries(texts)) expectNone(text, where);
    // A setting beside a secret one stays readable, though Pulumi takes their whole part for secret.
    expect(texts["the JSON of a change"]?.stdout).to.contain("https://app.example.com");
  });

  it("are not in the outputs that anyone may see", async () => {
    for (const flags of [[], ["--json"], ["--shell"]]) {
      const { text } = await stack.demand(["stack", "output", ...flags]);
      expectNone(text, `stack output ${flags.join(" ")}`);
    }
    expectNone((await stack.demand(["stack"])).text, "stack");
  });

  it("are not plain in the state, nor in the settings", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    expectNone(stdout, "stack export");
    expectNone(textBelow(stack.state), "the backend's files");
    const settings = readFileSync(join(stack.checkout, `Pulumi.${stack.name}.yaml`), "utf8");
    expectNone(settings, "the stack's settings");
  });

  it("are not in what Docker tells: labels, environment, commands, logs", async () => {
    const { containers, networks, volumes } = await stack.objects();
    for (const name of containers) {
      expectNone(await docker(["inspect", name]), `docker inspect ${name}`);
      expectNone(await containerLogs(name), `docker logs ${name}`);
      expectNone(await docker(["top", name, "-eo", "pid,args"]), `the processes of ${name}`);
      expectNone(await docker(["history", "--no-trunc", await imageOf(name)]), `image of ${name}`);
    }
    for (const name of networks) expectNone(await docker(["network", "inspect", name]), name);
    for (const name of volumes) expectNone(await docker(["volume", "inspect", name]), name);
  });

  const imageOf = (name: string) => docker(["inspect", "--format", "{{.Image}}", name]);

  it("are not in what Pulumi says of an update that the database refuses", async () => {
    const statement = (sql: string) =>
      docker(["exec", stack.postgresContainer, "psql", "-U", "postgres", "-qc", sql]);
    const { stdout } = await stack.demand(["stack", "export"]);
    const [password = ""] = /urn:[^"]*::backend-databases-password/.exec(stdout) ?? [];
    await stack.demand(["state", "unprotect", password, "--yes"]);
    await statement("alter role hasura rename to taken");
    const rotation = ["up", "--yes", "--skip-preview", "--replace", password];
    const failed = await stack.pulumi(rotation, 240_000);
    await statement("alter role taken rename to hasura; create role taken");
    const exported = await stack.demand(["stack", "export", "--show-secrets"]);
    canaries.push(...generatedPasswords(exported.stdout));
    expect(failed.code, failed.text).to.not.equal(0);
    expect(failed.text).to.contain('role "hasura" does not exist');
    expectNone(failed.text, "the text of a failed up");
    expectNone(await containerLogs(stack.postgresContainer), "the server's log of a failed up");
  });

  it("are not in the server's log where a statement that gives a password fails", async () => {
    const password = new URL((await stack.outputs()).databaseUrl).password;
    const psql = ["exec", "-i", stack.postgresContainer, "psql", "-U", "postgres", "-q"];
    const input = `create role taken encrypted password '${password}';\n`;
    const { text } = await runProcess("docker", psql, { env: process.env, input });
    expect(text).to.contain("already exists");
    const logs = await containerLogs(stack.postgresContainer);
    expect(logs.split('role "taken" already exists').length).to.be.greaterThan(1);
    expectNone(logs, "the server's log");
  });
});
