import { expect } from "chai";
import { inspect } from "./support/docker";
import { type EngineClient, refusalOf } from "./support/engineClient";
import { type StackOutputs, TestStack } from "./support/testStack";

const QUERY = "{ __typename }";

describe("up from nothing", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let outputs: StackOutputs;
  let client: EngineClient;

  before(async () => {
    stack = await TestStack.create();
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
