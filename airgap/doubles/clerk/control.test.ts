import { expect } from "chai";
import { decodeJwt } from "jose";
import { ask, claimsOf, expectError, startTestClerk, type TestClerk } from "./testClerk";

describe("Clerk double: control routes", () => {
  let clerk: TestClerk;
  beforeEach(async () => {
    clerk = await startTestClerk();
  });
  afterEach(() => clerk.double.stop());

  const call = (method: string, path: string, body?: unknown) =>
    clerk.control.call(method, path, body);
  async function signIn(): Promise<{ user: string; organization: string; session: string }> {
    const user = String((await call("POST", "users", { public_metadata: { role: "a" } })).id);
    const organization = String((await call("POST", "organizations", { name: "Acme" })).id);
    const member = { user_id: user, organization_id: organization, role: "org:member" };
    await call("POST", "memberships", member);
    return {
      user,
      organization,
      session: String((await call("POST", "sessions", { user_id: user })).id),
    };
  }

  it("asks for its own token, not for the secret key, but for the look whether it is ready", async () => {
    const { apiUrl, secretKey, controlToken } = clerk.double;
    for (const authorization of ["", `Bearer ${secretKey}`, controlToken]) {
      const answer = await ask(`${apiUrl}/_control/state`, { headers: { authorization } });
      expectError(answer, 401, "control_token_invalid");
    }
    expect((await ask(`${apiUrl}/_control/ready`)).body).to.deep.equal({ double: "clerk" });
  });

  it("seeds users, organisations, memberships and sessions", async () => {
    const { user, organization, session } = await signIn();
    const set = { active_organization_id: organization };
    await call("PATCH", `sessions/${session}`, set);
    const claims = claimsOf(await clerk.api("POST", `/v1/sessions/${session}/tokens`));
    expect(claims).to.deep.include({
      sub: user,
      o: { id: organization, slg: "acme", rol: "member" },
    });
    await call("PATCH", `sessions/${session}`, { active_organization_id: null });
    const alone = claimsOf(await clerk.api("POST", `/v1/sessions/${session}/tokens`));
    expect(alone).not.to.have.property("o");
    await call("PATCH", `sessions/${session}`, { status: "ended" });
    expect((await clerk.api("POST", `/v1/sessions/${session}/tokens`)).status).to.equal(404);
  });

  it("changes and deletes templates behind the client's back, by name or id", async () => {
    const made = await clerk.api("POST", "/v1/jwt_templates", { name: "n", claims: { a: 1 } });
    const url = `/v1/jwt_templates/${String(made.body.id)}`;
    await call("PATCH", "templates/n", { claims: { a: 2 } });
    expect((await clerk.api("GET", url)).body).to.deep.include({ name: "n", claims: { a: 2 } });
    expect(await call("GET", "templates")).to.have.lengthOf(1);
    await call("DELETE", "templates/n");
    expect((await clerk.api("GET", url)).status).to.equal(404);
  });

  it("arms and clears faults, rotates keys and counts fetches of the set", async () => {
    await call("POST", "faults", { kind: "status", status: 500, count: 0 });
    expect((await clerk.api("GET", "/v1/users")).status).to.equal(500);
    await call("DELETE", "faults");
    expect((await clerk.api("GET", "/v1/users")).status).to.equal(200);
    const { kid } = await call("POST", "rotate", { keepOld: true });
    const set = await clerk.fapi("GET", "/.well-known/jwks.json");
    expect(set.body).to.have.nested.property("keys[0].kid", kid);
    expect(set.body.keys).to.have.lengthOf(2);
    const state = await call("GET", "state");
    expect(state).to.deep.include({ kid, jwksHits: { backend: 0, frontend: 1 }, isLive: false });
    await call("PUT", "jwks", { headers: { "cache-control": "max-age=1" }, empty: true });
    const empty = await clerk.fapi("GET", "/.well-known/jwks.json");
    expect(empty.body).to.deep.equal({ keys: [] });
    expect(empty.headers.get("cache-control")).to.equal("max-age=1");
  });

  it("mints tokens that Clerk would not: replaced and removed claims, a foreign key", async () => {
    const { session } = await signIn();
    const minted = await call("POST", "tokens", {
      session_id: session,
      claims: { exp: 1, iss: "https://other.example", jti: null },
    });
    const claims = decodeJwt(String(minted.jwt));
    expect(claims).to.include({ exp: 1, iss: "https://other.example" });
    expect(claims).not.to.have.property("jti");
  });

  it("logs requests and forgets them when told, not those to itself", async () => {
    const before = Date.now();
    await clerk.api("GET", "/v1/users?limit=3");
    const log = await call("GET", "requests");
    expect(log).to.have.nested.property("[0].at").that.is.within(before, Date.now());
    expect(log).to.have.lengthOf(1);
    expect(log).to.have.nested.property("[0].query", "limit=3");
    await call("DELETE", "requests");
    expect(await call("GET", "requests")).to.have.lengthOf(0);
  });

  const refused: [string, string, string, unknown, RegExp][] = [
    ["an unknown route", "GET", "nothing", undefined, /501 .*not_in_double/],
    ["an unknown behaviour", "PUT", "behaviour", { other: 1 }, /422 .*no member/],
    ["a behaviour of another type", "PUT", "behaviour", { sortClaims: "yes" }, /422 .*no member/],
    ["a fault without a kind", "POST", "faults", {}, /422 .*known kind/],
    ["an organisation without a name", "POST", "organizations", {}, /422 .*name must be text/],
    ["a session of an unknown user", "POST", "sessions", { user_id: "user_0" }, /404 /],
    ["an unknown template", "DELETE", "templates/none", undefined, /404 /],
  ];
  for (const [what, method, path, body, text] of refused) {
    it(`refuses ${what}`, async () => {
      const error = await call(method, path, body).catch((reason: unknown) => reason);
      expect(error).to.be.an("error").with.property("message").that.matches(text);
    });
  }
});
