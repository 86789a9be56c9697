import { expect } from "chai";
import { type Fault, FaultKind } from "./faults";
import { expectError, startTestClerk, type TestClerk } from "./testClerk";

const PATH = "/v1/jwt_templates";

describe("Clerk double: faults", () => {
  let clerk: TestClerk;
  beforeEach(async () => {
    clerk = await startTestClerk();
  });
  afterEach(() => clerk.double.stop());

  const list = () => clerk.api("GET", PATH);
  const create = () => clerk.api("POST", PATH, { name: "n", claims: {} });
  const names = () => clerk.double.templates.list(new URLSearchParams()).body;
  async function failure(request: Promise<unknown>): Promise<unknown> {
    return request.then(
      () => expect.fail("the request should have failed"),
      (error: unknown) => error,
    );
  }

  const statuses: [Partial<Fault>, string][] = [
    [{ status: 401 }, "clerk_key_invalid"],
    [{ status: 402 }, "unsupported_subscription_plan_features"],
    [{ status: 403 }, "authorization_invalid"],
    [{ status: 404 }, "resource_not_found"],
    [{ status: 422, code: "form_other" }, "form_other"],
    [{ status: 500 }, "internal_clerk_error"],
    [{ status: 503 }, "internal_clerk_error"],
  ];
  for (const [fault, code] of statuses) {
    it(`answers ${fault.status} (${code}) once, without carrying the request out`, async () => {
      clerk.double.faults.add({ kind: FaultKind.Status, ...fault });
      expectError(await create(), fault.status ?? 0, code);
      expect(names()).to.deep.equal([]);
      expect((await create()).status).to.equal(200);
    });
  }

  for (const retryAfter of [7, "Wed, 21 Oct 2037 07:28:00 GMT"]) {
    it(`answers 429 with Retry-After ${retryAfter}`, async () => {
      clerk.double.faults.add({ kind: FaultKind.Status, status: 429, retryAfter });
      const answer = await list();
      expectError(answer, 429, "too_many_requests");
      expect(answer.headers.get("retry-after")).to.equal(String(retryAfter));
    });
  }

  it("meets only its method and path, after as many and for as many as told", async () => {
    const at = { method: "GET", path: "/v1/jwt_*", after: 1, count: 2 };
    clerk.double.faults.add({ kind: FaultKind.Status, status: 500, ...at });
    const seen = [];
    for (let i = 0; i < 4; i += 1) {
      expect((await clerk.api("GET", "/v1/users")).status).to.equal(200);
      seen.push((await list()).status);
    }
    expect(seen).to.deep.equal([200, 500, 500, 200]);
    expect((await create()).status).to.equal(200);
  });

  it("goes on for ever at count 0, until cleared", async () => {
    clerk.double.faults.add({ kind: FaultKind.Status, status: 500, count: 0 });
    for (let i = 0; i < 3; i += 1) expect((await list()).status).to.equal(500);
    expect((await clerk.fapi("GET", "/.well-known/jwks.json")).status).to.equal(500);
    clerk.double.faults.clear();
    expect((await list()).status).to.equal(200);
  });

  it("delays an answer that is right all the same", async () => {
    clerk.double.faults.add({ kind: FaultKind.Delay, ms: 50 });
    expect((await list()).status).to.equal(200);
  });

  it("hangs until the client gives up", async () => {
    clerk.double.faults.add({ kind: FaultKind.Hang });
    const { apiUrl, secretKey, log } = clerk.double;
    const headers = { authorization: `Bearer ${secretKey}` };
    const patience = new AbortController();
    const request = failure(fetch(apiUrl + PATH, { headers, signal: patience.signal }));
    while (log.entries.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    patience.abort();
    expect(await request).to.have.property("name", "AbortError");
    expect((await list()).status).to.equal(200);
  });

  it("resets the connection before the request is carried out, or after", async () => {
    clerk.double.faults.add({ kind: FaultKind.Reset });
    await failure(create());
    expect(names()).to.deep.equal([]);
    clerk.double.faults.add({ kind: FaultKind.ResetAfter });
    await failure(create());
    expect(names()).to.have.lengthOf(1);
  });

  it("cuts a body short of its length, after the request was carried out", async () => {
    clerk.double.faults.add({ kind: FaultKind.Truncate });
    await failure(create());
    expect(names()).to.have.lengthOf(1);
  });

  it("sends another content type, broken JSON and other headers", async () => {
    clerk.double.faults.add({ kind: FaultKind.ContentType });
    const typed = await list();
    expect(typed.headers.get("content-type")).to.equal("application/json; charset=utf-8");
    expect(typed.text).to.equal("[]");
    clerk.double.faults.add({ kind: FaultKind.ContentType, value: "text/html" });
    expect((await list()).headers.get("content-type")).to.equal("text/html");
    clerk.double.faults.add({ kind: FaultKind.BrokenJson });
    const init = { headers: { authorization: `Bearer ${clerk.double.secretKey}` } };
    const broken = await fetch(clerk.double.apiUrl + PATH, init);
    expect(broken.headers.get("content-type")).to.equal("application/json");
    expect(await broken.text()).to.equal("[");
    clerk.double.faults.add({ kind: FaultKind.Headers, headers: { "x-odd": "1" } });
    expect((await list()).headers.get("x-odd")).to.equal("1");
  });

  it("strikes the key set as well, and is named in the log", async () => {
    const path = "/.well-known/jwks.json";
    clerk.double.faults.add({ kind: FaultKind.Status, status: 503, path });
    expect((await list()).status).to.equal(200);
    expect((await clerk.fapi("GET", path)).status).to.equal(503);
    const { api, status, fault } = clerk.double.log.entries[1] ?? {};
    expect({ api, status, fault }).to.deep.equal({ api: "frontend", status: 503, fault: "status" });
    expect(() => clerk.double.faults.add({ kind: "other" })).to.throw("known kind");
  });
});
