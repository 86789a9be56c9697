import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { SignJWT } from "jose";
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

describe("Hasura double: authentication", () => {
  let first: TestEngine;
  const started: TestEngine[] = [];

  /** A further engine on the same database, with another JWT secret. */
  async function withSecret(secret: JsonObject, extra: Record<string, string> = {}) {
    const engine = await engineOn(first.postgres, {
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret(secret),
      ...extra,
    });
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

  const ns = (claims: JsonObject) => ({ [NAMESPACE]: claims });

  it("needs the header, and in it the word Bearer as it is written", async () => {
    const token = await userToken();
    const missing = "Missing 'Authorization' or 'Cookie' header in JWT authentication mode";
    expectRefusal(await first.graphql(QUERY, {}), "invalid-headers", missing);
    for (const authorization of [token, `bearer ${token}`, `Bearer ${token} x`, "Bearer"]) {
      const answer = await first.graphql(QUERY, { authorization });
      expectRefusal(answer, "invalid-headers", "Malformed Authorization header");
    }
  });

  it("takes x-hasura-role from the allowed roles only", async () => {
    const headers = bearer(await userToken({}, { "x-hasura-allowed-roles": ["user", "editor"] }));
    const ask = (role: string) => first.graphql(QUERY, { ...headers, "x-hasura-role": role });
    expect((await ask("editor")).body).to.have.property("data");
    expectRefusal(
      await ask("admin"),
      "access-denied",
      "Your requested role is not in allowed roles",
    );
  });

  it("lets an admin secret decide alone", async () => {
    const token = bearer(await userToken());
    const wrong = { ...token, "x-hasura-admin-secret": "wrong" };
    const message = "invalid x-hasura-admin-secret/x-hasura-access-key";
    expectRefusal(await first.graphql(QUERY, wrong), "access-denied", message);
    const { status, body } = await first.post("/v1/metadata", {}, wrong);
    expect(status).to.equal(401);
    expect(body).to.deep.equal({ path: "$", error: message, code: "access-denied" });
    const right = { authorization: "nonsense", "x-hasura-access-key": ADMIN_SECRET };
    expect((await first.graphql(QUERY, right)).body).to.have.property("data");
  });

  it("keeps 400 on the other endpoints, and admits admin only", async () => {
    const expired = await first.post("/v1/metadata", {}, bearer(await userToken({ exp: 1 })));
    expect(expired.status).to.equal(400);
    expect(expired.body).to.include({
      code: "invalid-jwt",
      error: "Could not verify JWT: JWTExpired",
    });
    const user = await first.post("/v2/query", {}, bearer(await userToken()));
    expect(user.status).to.equal(400);
    expect(user.body).to.include({
      code: "access-denied",
      error: "restricted access : admin only",
    });
  });

  it("lets a token grant admin", async () => {
    const roles = { "x-hasura-allowed-roles": ["admin"], "x-hasura-default-role": "admin" };
    const headers = bearer(await userToken({}, roles));
    const request = { type: "export_metadata", args: {} };
    expect((await first.post("/v1/metadata", request, headers)).status).to.equal(200);
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

  it("never lowers a bad token to the unauthorized role", async () => {
    const engine = await withSecret({}, { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anon" });
    expect((await engine.graphql(QUERY, {})).body).to.have.property("data");
    const answer = await engine.graphql(QUERY, bearer(await userToken({ exp: 1 })));
    expectRefusal(answer, "invalid-jwt", "Could not verify JWT: JWTExpired");
  });

  it("reads a cookie or a custom header", async () => {
    const token = await userToken();
    const cookie = await withSecret({ header: { type: "Cookie", name: "session" } });
    const found = await cookie.graphql(QUERY, { cookie: `a=b; session=${token}` });
    expect(found.body).to.have.property("data");
    const missing = "Missing 'Authorization' or 'Cookie' header in JWT authentication mode";
    expectRefusal(await cookie.graphql(QUERY, bearer(token)), "invalid-headers", missing);
    const custom = await withSecret({ header: { type: "CustomHeader", name: "X-Token" } });
    expect((await custom.graphql(QUERY, { "x-token": token })).body).to.have.property("data");
  });

  it("reads claims at a path, and stringified", async () => {
    const engine = await withSecret({
      claims_namespace_path: "$.a.b",
      claims_format: "stringified_json",
    });
    const ask = async (b: unknown) =>
      engine.graphql(QUERY, bearer(await signToken({ a: { b } as JsonObject })));
    expect((await ask(JSON.stringify(USER_CLAIMS))).body).to.have.property("data");
    expectRefusal(
      await ask(USER_CLAIMS),
      "jwt-invalid-claims",
      "expecting a string when claims_format is stringified_json",
    );
    expectRefusal(
      await ask("nonsense"),
      "jwt-invalid-claims",
      "expecting stringified json at: 'claims_namespace_path $.a.b', but found: nonsense",
    );
    const none = await engine.graphql(QUERY, bearer(await signToken({})));
    expectRefusal(none, "jwt-invalid-claims", "claims not found at claims_namespace_path: '$.a.b'");
  });

  it("maps claims, with defaults for paths that are absent only", async () => {
    const engine = await withSecret({
      claims_map: {
        "x-hasura-allowed-roles": { path: "$.roles", default: ["user"] },
        "x-hasura-default-role": "user",
        "x-hasura-user-id": { path: "$.sub" },
        "x-hasura-org-id": { path: "$.o.id", default: "" },
      },
    });
    const ask = async (claims: JsonObject) =>
      engine.graphql(QUERY, bearer(await signToken(claims)));
    expect((await ask({ sub: "u" })).body).to.have.property("data");
    expectRefusal(
      await ask({}),
      "jwt-invalid-claims",
      "JWT claim from claims_map, x-hasura-user-id not found",
    );
    expectRefusal(
      await ask({ sub: "u", o: { id: null } }),
      "jwt-invalid-claims",
      "encountered Null",
    );
  });

  it("does not hold an asymmetric token to the declared type", async () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const key = publicKey.export({ type: "spki", format: "pem" }).toString();
    const engine = await withSecret({ type: "RS256", key });
    const sign = (alg: string, signer: KeyObject | Uint8Array) =>
      new SignJWT(ns(USER_CLAIMS)).setProtectedHeader({ alg }).sign(signer);
    const rs512 = await engine.graphql(QUERY, bearer(await sign("RS512", privateKey)));
    expect(rs512.body).to.have.property("data");
    const confused = await sign("HS256", new TextEncoder().encode(key));
    expectRefusal(
      await engine.graphql(QUERY, bearer(confused)),
      "invalid-jwt",
      "JWSInvalidSignature",
    );
  });

  it("makes everyone admin without an admin secret", async () => {
    const open = await engineOn(first.postgres, { HASURA_GRAPHQL_ADMIN_SECRET: undefined });
    started.push(open);
    expect((await open.get("/v1alpha1/config")).body).to.include({ is_admin_secret_set: false });
  });

  it("asks for the admin secret when there is no JWT, or gives the unauthorized role", async () => {
    const plain = await engineOn(first.postgres);
    const anonymous = await engineOn(first.postgres, { HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anon" });
    started.push(plain, anonymous);
    const message = "x-hasura-admin-secret/x-hasura-access-key required, but not found";
    expectRefusal(await plain.graphql(QUERY, {}), "access-denied", message);
    expect((await plain.get("/v1alpha1/config")).status).to.equal(401);
    expect((await anonymous.graphql(QUERY, { "x-hasura-role": "admin" })).body).to.have.property(
      "data",
    );
    expect((await anonymous.get("/v1alpha1/config", { "x-hasura-role": "admin" })).status).to.equal(
      400,
    );
  });
});
