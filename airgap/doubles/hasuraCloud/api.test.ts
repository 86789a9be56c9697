import { expect } from "chai";
import { HasuraCloud } from "./hasuraCloud";

const TOKEN = "pat-token-of-the-tests";

interface Answer {
  status: number;
  data?: Record<string, unknown>;
  errors?: { message: string; extensions: { code: string; path: string } }[];
}

async function ask(
  cloud: HasuraCloud,
  query: string,
  variables: object = {},
  authorization = `pat ${TOKEN}`,
): Promise<Answer> {
  const response = await fetch(cloud.url, {
    method: "POST",
    headers: { "content-type": "application/json", authorization },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...JSON.parse(await response.text()) };
}

function expectRefusal(answer: Answer, code: string, words: string): void {
  expect(answer.status).to.equal(200);
  expect(answer.data).to.equal(undefined);
  expect(answer.errors?.[0]?.extensions).to.deep.equal({ path: "$", code });
  expect(answer.errors?.[0]?.message).to.include(words);
}

describe("the double of Hasura Cloud", () => {
  let cloud: HasuraCloud;
  let project: string;
  let tenant: string;

  beforeEach(async () => {
    cloud = await HasuraCloud.start(TOKEN);
    project = cloud.tenants.add({ MY_ENV_VAR_1: "my value 1" });
    tenant = cloud.tenants.tenantOf(project) ?? "";
  });
  afterEach(() => cloud.stop());

  const read = "query getTenantENV($t: uuid!) { getTenantEnv(tenantId: $t) { hash envVars } }";

  async function hash(): Promise<string> {
    const { data } = await ask(cloud, read, { t: tenant });
    const found = data?.getTenantEnv as { hash: string } | undefined;
    return found?.hash ?? "";
  }

  it("answers the tenant of a project, whose id is another one", async () => {
    const query = `query getProjectTenantId { projects_by_pk(id: "${project}") { id tenant { id } } }`;
    expect((await ask(cloud, query)).data).to.deep.equal({
      projects_by_pk: { id: project, tenant: { id: tenant } },
    });
    expect(tenant).to.not.equal(project);
  });

  it("answers null for a project it does not know", async () => {
    const query = `{ projects_by_pk(id: "7a79cf94-0e53-4520-a560-1b02bf522f08") { id } }`;
    expect((await ask(cloud, query)).data).to.deep.equal({ projects_by_pk: null });
  });

  it("refuses an id that is no UUID, as literal and as variable", async () => {
    expectRefusal(await ask(cloud, `{ projects_by_pk(id: "x") { id } }`), "data-exception", "uuid");
    const answer = await ask(cloud, read, { t: "x" });
    expect(answer.errors?.[0]?.message).to.include("uuid");
  });

  it("answers hash and variables", async () => {
    const { data } = await ask(cloud, read, { t: tenant });
    expect(data)
      .to.have.nested.property("getTenantEnv.hash")
      .that.matches(/^[0-9a-f]{40}$/);
    expect(data)
      .to.have.nested.property("getTenantEnv.envVars")
      .that.deep.equals({
        environment: { MY_ENV_VAR_1: "my value 1" },
      });
  });

  it("leaves the wrapping out when there are no variables", async () => {
    const other = cloud.tenants.tenantOf(cloud.tenants.add());
    const { data } = await ask(cloud, read, { t: other });
    expect(data).to.have.nested.property("getTenantEnv.envVars").that.deep.equals({});
  });

  it("sets what is named and leaves the rest", async () => {
    const { data } = await ask(
      cloud,
      `mutation updateTenantEnv { updateTenantEnv(tenantId: "${tenant}", currentHash: "${await hash()}",
         envs: [{ key: "A", value: "1" }, { key: "B", value: "" }]) { hash envVars } }`,
    );
    expect(data).to.have.nested.property("updateTenantEnv.hash", await hash());
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({
      MY_ENV_VAR_1: "my value 1",
      A: "1",
      B: "",
    });
  });

  it("removes what is named", async () => {
    const { data } = await ask(
      cloud,
      `mutation { deleteTenantEnv(tenantId: "${tenant}", currentHash: "${await hash()}",
         deleteEnvs: ["MY_ENV_VAR_1", "NOT_THERE"]) { hash envVars } }`,
    );
    expect(data).to.have.nested.property("deleteTenantEnv.hash", await hash());
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({});
  });

  const set = (key: string, currentHash: string, value = "1") =>
    ask(
      cloud,
      "mutation ($t: uuid!, $h: String!, $e: [UpdateEnvObject!]!) { updateTenantEnv(tenantId: $t, currentHash: $h, envs: $e) { hash } }",
      { t: tenant, h: currentHash, e: [{ key, value }] },
    );

  it("refuses a stale hash and changes nothing, also when the change comes in between", async () => {
    const stale = await hash();
    cloud.tenants.edit(project, { OTHER: "x" });
    expectRefusal(await set("A", stale), "conflict", "in the meantime");
    const fresh = await hash();
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { OTHER: undefined }));
    expectRefusal(await set("A", fresh), "conflict", "in the meantime");
    expect((await set("A", await hash())).errors).to.equal(undefined);
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({
      MY_ENV_VAR_1: "my value 1",
      A: "1",
    });
  });

  const refusals: [what: string, key: string, value: string, words: string][] = [
    [
      "the metadata database",
      "HASURA_GRAPHQL_METADATA_DATABASE_URL",
      "postgres://",
      "cannot be changed",
    ],
    ["the log level", "HASURA_GRAPHQL_LOG_LEVEL", "debug", "cannot be changed"],
    ["a name with a dash", "A-B", "1", "invalid"],
    ["a change that changes nothing", "MY_ENV_VAR_1", "my value 1", "no changes"],
  ];
  for (const [what, key, value, words] of refusals) {
    it(`refuses ${what}`, async () => {
      expectRefusal(await set(key, await hash(), value), "bad-request", words);
    });
  }

  it("refuses an unknown tenant", async () => {
    expectRefusal(await ask(cloud, read, { t: project }), "not-found", "tenant");
  });

  for (const [what, authorization] of [
    ["a wrong token", "pat wrong"],
    ["the token as Bearer", `Bearer ${TOKEN}`],
    ["no token", ""],
  ] as const) {
    it(`refuses ${what}`, async () => {
      expectRefusal(await ask(cloud, read, { t: tenant }, authorization), "access-denied", "hook");
    });
  }

  it("shows the small schema to an unknown token, when told to", async () => {
    const shy = await HasuraCloud.start(TOKEN, { unknownToken: "schema" });
    try {
      const answer = await ask(shy, read, { t: tenant }, "pat wrong");
      expectRefusal(answer, "validation-failed", "'getTenantEnv' not found in type: 'query_root'");
      expect((await ask(shy, read, { t: tenant })).errors?.[0]?.extensions.code).to.equal(
        "not-found",
      );
    } finally {
      await shy.stop();
    }
  });

  it("refuses what is no GraphQL, a field that is not there and another address", async () => {
    expectRefusal(await ask(cloud, "query {"), "validation-failed", "Syntax Error");
    expectRefusal(await ask(cloud, "{ tenants { id } }"), "validation-failed", "not found in type");
    const response = await fetch(cloud.url, { method: "GET" });
    expect(response.status).to.equal(404);
  });

  it("remembers requests by their fields and names, never by a value or a token", async () => {
    await set("A", await hash(), "canary-value");
    await ask(cloud, read, { t: tenant }, "pat canary-token");
    expect(cloud.requests).to.deep.equal([
      { operation: "getTenantEnv", names: [], authorized: true },
      { operation: "updateTenantEnv", names: ["A"], authorized: true },
      { operation: "getTenantEnv", names: [], authorized: false },
    ]);
    expect(cloud.takeOperations()).to.have.length(3);
    expect(cloud.requests).to.deep.equal([]);
  });
});
