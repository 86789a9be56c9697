import { expect } from "chai";
import { HasuraCloud } from "./hasuraCloud";

describe("faults of the double of Hasura Cloud", () => {
  let cloud: HasuraCloud;

  beforeEach(async () => {
    cloud = await HasuraCloud.start("token");
  });
  afterEach(() => cloud.stop());

  const projectId = "7a79cf94-0e53-4520-a560-1b02bf522f08";

  function post(signal?: AbortSignal): Promise<Response> {
    return fetch(cloud.url, {
      method: "POST",
      headers: { authorization: "pat token", connection: "close" },
      body: JSON.stringify({ query: `{ projects_by_pk(id: "${projectId}") { id } }` }),
      ...(signal === undefined ? {} : { signal }),
    });
  }

  it("answers a status, with Retry-After where one is given, and then is well again", async () => {
    cloud.fail(
      { kind: "none" },
      { kind: "status", status: 429, retryAfter: "7" },
      { kind: "status", status: 503 },
    );
    expect((await post()).status).to.equal(200);
    const limited = await post();
    expect([limited.status, limited.headers.get("retry-after")]).to.deep.equal([429, "7"]);
    const down = await post();
    expect([down.status, down.headers.get("retry-after")]).to.deep.equal([503, null]);
    expect((await post()).status).to.equal(200);
  });

  it("answers an error of one's own", async () => {
    cloud.fail({ kind: "graphqlError", code: "GenericServerError", message: "internal" });
    expect(await (await post()).json()).to.deep.equal({
      errors: [{ extensions: { path: "$", code: "GenericServerError" }, message: "internal" }],
    });
  });

  it("says nothing until the caller gives up", async () => {
    cloud.fail({ kind: "silence" });
    const caller = new AbortController();
    const answer = post(caller.signal).then(
      () => "answered",
      (error: Error) => error.name,
    );
    while (cloud.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    caller.abort();
    expect(await answer).to.equal("AbortError");
  });

  it("ends a body early", async () => {
    cloud.fail({ kind: "truncated" });
    const outcome = await post()
      .then((response) => response.text())
      .then(
        () => "whole",
        () => "broken",
      );
    expect(outcome).to.equal("broken");
  });

  it("does what was asked and loses the answer", async () => {
    const project = cloud.tenants.add({ A: "1" });
    const tenantId = cloud.tenants.tenantOf(project) ?? "";
    const { hash } = cloud.tenants.read(tenantId);
    cloud.fail({ kind: "lostAnswer" });
    const query = `mutation { deleteTenantEnv(tenantId: "${tenantId}", currentHash: "${hash}", deleteEnvs: ["A"]) { hash } }`;
    const outcome = await fetch(cloud.url, {
      method: "POST",
      headers: { authorization: "pat token" },
      body: JSON.stringify({ query }),
    }).then(
      () => "answered",
      () => "lost",
    );
    expect(outcome).to.equal("lost");
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({});
  });
});
