import { expect } from "chai";
import { inspect } from "./support/docker";
import { dataOf, type EngineClient, refusalOf } from "./support/engineClient";
import { type StackOutputs, TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

const QUERY = "{ __typename }";
const TODOS = "{ todos(order_by: { title: asc }) { title } }";
const LISTS = "{ lists { name items(order_by: { title: asc }) { title } } }";
/** The checkout's own schema, which the stack `dev` has. */
const SCHEMA = { plain: { "schema.path": "hasura" } };

describe("up from nothing", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let outputs: StackOutputs;
  let client: EngineClient;

  before(async () => {
    stack = await TestStack.create(SCHEMA);
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    await stack.up();
    outputs = await stack.outputs();
    client = await stack.client();
  });
  after(() => stack?.cleanUp());

  it("answers at once where it says, and is healthy", async () => {
    expect(outputs.endpoint).to.equal(`http://127.0.0.1:${stack.port}/v1/graphql`);
    const health = await client.get("/healthz");
    expect(health.status).to.equal(200);
    expect(health.text).to.equal("OK");
    expect(await inspect(stack.engineContainer, "{{.State.Running}}")).to.equal("true");
  });

  /** What a token that the stack signs gets. */
  async function answerTo(query: string, ...flags: string[]) {
    const { code, stdout, text } = await stack.tool("token", ...flags);
    expect(code, text).to.equal(0);
    return client.graphql(query, bearer(stdout.trim()));
  }

  it("returns the rows of the user in the token, and no other's", async () => {
    expect(dataOf(await answerTo(TODOS, "--user", "user_1"))).to.deep.equal({
      todos: [{ title: "Read my own rows" }, { title: "Sign in with Clerk" }],
    });
    expect(dataOf(await answerTo(TODOS, "--user", "user_2"))).to.deep.equal({
      todos: [{ title: "Not for user_1" }],
    });
  });

  it("refuses to change another user's rows", async () => {
    const rename =
      'mutation { update_todos(where: {}, _set: { title: "taken" }) { affected_rows } }';
    expect(dataOf(await answerTo(rename, "--user", "user_3"))).to.deep.equal({
      update_todos: { affected_rows: 0 },
    });
    const forge = 'mutation { insert_todos_one(object: { title: "x", user_id: "user_1" }) { id } }';
    expect(refusalOf(await answerTo(forge, "--user", "user_3")).code).to.equal("validation-failed");
  });

  it("shares lists with the organization in the token, and with no other", async () => {
    const user = ["--user", "user_3", "--org"];
    expect(dataOf(await answerTo(LISTS, ...user, "org_1"))).to.deep.equal({
      lists: [
        {
          name: "Shared by the organization",
          items: [{ title: "Invite a colleague" }, { title: "Share a list" }],
        },
      ],
    });
    expect(dataOf(await answerTo(LISTS, ...user, "org_2"))).to.deep.equal({ lists: [] });
  });

  it("has the doctor find the schema applied", async () => {
    const { code, text } = await stack.tool("doctor");
    expect(code, text).to.equal(0);
    expect(text).to.match(/ok +schema is applied +2 migrations, those of the folder/);
  });

  it("writes types of what a role may read", async () => {
    const { code, stdout, text } = await stack.tool("codegen", "--role", "user");
    expect(code, text).to.equal(0);
    expect(stdout).to.match(/export type Todos = \{[^}]*title: /);
    expect(stdout).to.not.include("user_id");
  });

  it("names what it made, and nothing else carries its label", async () => {
    expect(outputs.containers).to.deep.equal({
      hasura: stack.engineContainer,
      postgres: stack.postgresContainer,
    });
    const { containers, networks, volumes } = await stack.objects();
    expect(containers).to.deep.equal([stack.engineContainer, stack.postgresContainer]);
    expect(volumes).to.deep.equal([stack.volume]);
    expect(networks).to.have.length(1);
  });

  it("has both containers pass their health checks", async () => {
    for (const name of [stack.engineContainer, stack.postgresContainer]) {
      const ask = () => inspect(name, "{{.State.Health.Status}}");
      const deadline = Date.now() + 60_000;
      while ((await ask()) === "starting" && Date.now() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
      expect(await ask(), name).to.equal("healthy");
    }
  });

  it("listens on loopback only", async () => {
    for (const name of [stack.engineContainer, stack.postgresContainer]) {
      const ports = await inspect(name, "{{json .HostConfig.PortBindings}}");
      const addresses = [...ports.matchAll(/"HostIp":"([^"]*)"/g)].map(([, address]) => address);
      expect(addresses, name).to.deep.equal(["127.0.0.1"]);
    }
  });

  it("accepts the admin secret", async () => {
    const answer = await client.graphql(QUERY, client.admin);
    expect(answer.body).to.deep.equal({ data: { __typename: "query_root" } });
  });

  it("refuses a wrong admin secret", async () => {
    const wrong = { "x-hasura-admin-secret": "w".repeat(48) };
    const graphql = await client.graphql(QUERY, wrong);
    expect(refusalOf(graphql)).to.deep.equal({
      code: "access-denied",
      message: 'invalid "x-hasura-admin-secret"/"x-hasura-access-key"',
    });
    const sql = { type: "run_sql", args: { source: "default", sql: "select 1" } };
    const answer = await client.post("/v2/query", sql, wrong);
    expect(answer.status).to.equal(401);
    expect(answer.body).to.have.property("code", "access-denied");
  });

  it("refuses a request without secret and without token", async () => {
    expect(refusalOf(await client.graphql(QUERY, {}))).to.deep.equal({
      code: "invalid-headers",
      message: "Missing 'Authorization' or 'Cookie' header in JWT authentication mode",
    });
    const answer = await client.post("/v1/metadata", { type: "export_metadata", args: {} });
    expect(answer.status).to.be.within(400, 401);
    expect(answer.body).to.have.property("code", "invalid-headers");
  });
});
