import { request } from "node:http";
import { expect } from "chai";
import type { JsonObject } from "./json";
import {
  ADMIN_SECRET,
  bearer,
  engineOn,
  expectRefusal,
  hs256Secret,
  NAMESPACE,
  signToken,
  startTestEngine,
  type TestEngine,
  USER_CLAIMS,
  userToken,
} from "./testEngine";

const QUERY = "{ __typename }";
const NOW = () => Math.floor(Date.now() / 1000);

/** What the recordings do not hold; they hold the rest. */
describe("Hasura double: authentication", () => {
  let first: TestEngine;
  const started: TestEngine[] = [];

  /** A further engine on the same database, with another JWT secret. */
  async function withSecret(secret: JsonObject) {
    const env = { HASURA_GRAPHQL_JWT_SECRET: hs256Secret(secret) };
    const engine = await engineOn(first.postgres, env);
    started.push(engine);
    return engine;
  }

  before(async () => {
    first = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: hs256Secret() });
  });
  after(async () => {
    for (const { engine } of started) await engine.stop();
    await first?.stop();
  });

  it("refuses two tokens in two headers, and in two cookies of the name", async () => {
    const token = await userToken();
    const cookie = await withSecret({ header: { type: "Cookie", name: "session" } });
    const several: [TestEngine, Record<string, string | string[]>][] = [
      [first, { authorization: [`Bearer ${token}`, `Bearer ${token}`] }],
      [cookie, { cookie: `session=${token}; session=${token}` }],
    ];
    for (const [{ engine }, headers] of several) {
      const text = await new Promise<string>((resolve, reject) => {
        const options = { host: "127.0.0.1", port: engine.port, path: "/v1/graphql", headers };
        const sent = request({ ...options, method: "POST" }, (response) => {
          response.on("data", (data) => resolve(String(data)));
        });
        sent.on("error", reject);
        sent.end(JSON.stringify({ query: QUERY }));
      });
      expect(text).to.contain("Multiple JWTs found").and.contain("invalid-headers");
    }
  });

  it("takes an empty x-hasura-role of an admin for none", async () => {
    const admin = { "x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": "" };
    expect((await first.get("/v1alpha1/config", admin)).status).to.equal(200);
  });

  it("widens exp, nbf and iat by allowed_skew", async () => {
    const engine = await withSecret({ allowed_skew: 30 });
    // Just past, so that a slow machine stays within the skew.
    const near = { exp: NOW() - 1, nbf: NOW() + 20, iat: NOW() + 20 };
    expect((await engine.graphql(QUERY, bearer(await userToken(near)))).body).to.have.property(
      "data",
    );
    const answer = await engine.graphql(QUERY, bearer(await userToken({ exp: NOW() - 31 })));
    expectRefusal(answer, "invalid-jwt", "JWTExpired");
  });

  it("compares the issuer before it verifies anything", async () => {
    const engine = await withSecret({ issuer: "https://clerk.example" });
    const claims = { [NAMESPACE]: USER_CLAIMS, iss: "https://other.example" };
    const forged = await signToken(claims, "f".repeat(32));
    const answer = await engine.graphql(QUERY, bearer(forged));
    expectRefusal(answer, "invalid-jwt", "Could not verify JWT: JWTNotInIssuer");
  });

  for (const names of [
    ["issuer", "audience"],
    ["iss", "aud"],
  ]) {
    it(`takes an absent ${names.join(" or ")} for a wrong one where extra_required_claims says so`, async () => {
      const checked = { issuer: "https://clerk.example", audience: "api" };
      const engine = await withSecret({ ...checked, extra_required_claims: names });
      const ask = async (claims: JsonObject) =>
        engine.graphql(QUERY, bearer(await userToken(claims)));
      const [iss, aud] = ["https://clerk.example", "api"];
      expect((await ask({ iss, aud })).body).to.have.property("data");
      expectRefusal(await ask({ aud }), "invalid-jwt", "Could not verify JWT: JWTNotInIssuer");
      expectRefusal(await ask({ iss }), "invalid-jwt", "Could not verify JWT: JWTNotInAudience");
    });
  }

  it("reads stringified claims at a path", async () => {
    const engine = await withSecret({
      claims_namespace_path: "$.a.b",
      claims_format: "stringified_json",
    });
    const ask = async (b: unknown) =>
      engine.graphql(QUERY, bearer(await signToken({ a: { b } as JsonObject })));
    expect((await ask(JSON.stringify(USER_CLAIMS))).body).to.have.property("data");
    expectRefusal(
      await ask("nonsense"),
      "jwt-invalid-claims",
      "expecting stringified json at: 'claims_namespace_path $.a.b', but found: nonsense",
    );
  });

  it("maps claims, with a default for what is absent, but not for a null of its own", async () => {
    const engine = await withSecret({
      claims_map: {
        "x-hasura-allowed-roles": ["user"],
        "x-hasura-default-role": "user",
        "x-hasura-user-id": { path: "$.sub", default: "nobody" },
        "x-hasura-org-id": { path: "$.o.id", default: "" },
      },
    });
    const ask = async (claims: JsonObject) =>
      engine.graphql(QUERY, bearer(await signToken(claims)));
    expect((await ask({})).body).to.have.property("data");
    expect((await ask({ sub: null })).body).to.have.property("data");
    const ownNull = await ask({ sub: "u", o: { id: null } });
    expectRefusal(ownNull, "jwt-invalid-claims", "encountered Null");
  });

  it("gives the unauthorized role where there is no JWT, whatever role is asked for", async () => {
    const anonymous = await engineOn(first.postgres, { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anon" });
    started.push(anonymous);
    const asAdmin = { "x-hasura-role": "admin" };
    expect((await anonymous.graphql(QUERY, asAdmin)).body).to.have.property("data");
    expect((await anonymous.get("/v1alpha1/config", asAdmin)).status).to.equal(400);
  });
});
