import { expect } from "chai";
import {
  engineOn,
  HS256_KEY,
  signToken,
  startTestEngine,
  type TestEngine,
  trackNotes,
  userToken,
} from "../../../airgap/doubles/hasura/testEngine";
import { examine } from "../../../infra/doctor/examine";
import { answers, ScriptedServer } from "../providers/scriptedServer";
import { ISSUER, idsOf, lineOf, SECRETS, secretText, subjectOf } from "./checkup";

const NOT_SET = ["jwks.reachable", "jwks.keys", "jwks.refresh"];
const MAP = {
  "x-hasura-allowed-roles": ["user"],
  "x-hasura-default-role": "user",
  "x-hasura-user-id": { path: "$.sub" },
};

describe("examining an engine", () => {
  let first: TestEngine;
  const started: TestEngine[] = [];

  async function engineWith(extra: Record<string, string | undefined>): Promise<TestEngine> {
    const engine = await engineOn(first.postgres, {
      HASURA_GRAPHQL_JWT_SECRET: secretText(),
      ...extra,
    });
    started.push(engine);
    return engine;
  }

  before(async () => {
    first = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: secretText() });
  });
  after(async () => {
    for (const { engine } of started) await engine.stop();
    await first?.stop();
  });

  it("finds nothing wrong with a good one, and tells what Hasura does by design", async () => {
    const checks = await examine(subjectOf(first));
    expect(idsOf(checks, "failed", "warning")).to.deep.equal([]);
    expect(idsOf(checks, "info")).to.deep.equal(["refusal.missingClaims", "refusal.adminClaim"]);
    expect(idsOf(checks, "skipped")).to.deep.equal(NOT_SET);
    expect(lineOf(checks, "introspection").finding).to.include("may read no table yet");
  });

  it("shows neither secrets nor tokens", async () => {
    const token = await userToken({ iss: ISSUER, sub: "user_1" });
    const text = JSON.stringify(await examine(subjectOf(first), { token }));
    for (const secret of [...SECRETS, token, token.split(".")[2] ?? token]) {
      expect(text).to.not.include(secret);
    }
  });

  it("judges a given token, and tells what the engine says to it", async () => {
    const token = await userToken({ iss: "https://clerk.other.com" });
    const checks = await examine(subjectOf(first), { token: `Bearer ${token}\n` });
    expect(idsOf(checks, "failed")).to.deep.equal([
      "issuer",
      "introspection",
      "token.iss",
      "token.verdict",
    ]);
    expect(lineOf(checks, "introspection").finding).to.include("JWTNotInIssuer");
  });

  it("sees that the engine has another key than the stack", async () => {
    const jwtSecret = JSON.stringify({ type: "HS256", key: "z".repeat(64), issuer: ISSUER });
    const checks = await examine(subjectOf(first, { jwtSecret }));
    expect(lineOf(checks, "introspection")).to.include({ outcome: "failed" });
    expect(lineOf(checks, "introspection").remedy).to.include("npm run up");
    expect(lineOf(checks, "refusal.expired").outcome).to.equal("warning");
  });

  it("sees that the engine has another admin secret than the stack", async () => {
    const checks = await examine(subjectOf(first, { adminSecret: "another" }));
    expect(lineOf(checks, "engine.adminSecret")).to.include({ outcome: "failed" });
    expect(lineOf(checks, "engine.config")).to.include({ outcome: "failed" });
  });

  it("sees an engine that takes everyone for an administrator", async () => {
    const open = await engineWith({
      HASURA_GRAPHQL_ADMIN_SECRET: undefined,
      HASURA_GRAPHQL_JWT_SECRET: undefined,
    });
    const checks = await examine(subjectOf(open));
    for (const id of ["engine.adminSecret", "engine.config", "refusal.forged", "refusal.expired"]) {
      expect(lineOf(checks, id).outcome, id).to.equal("failed");
    }
  });

  it("sees an engine that takes an empty admin secret", async () => {
    const data = answers(200, { data: { __typename: "query_root" } });
    const denied = answers(200, {
      errors: [{ message: "invalid", extensions: { code: "access-denied", path: "$" } }],
    });
    const server = new ScriptedServer();
    await server.start();
    server.plays((response, request) => {
      const open = request.headers["x-hasura-admin-secret"] === "";
      (open ? data : denied)(response, request);
    });
    const checks = await examine(subjectOf(first, { endpoint: `${server.url}/v1/graphql` }));
    await server.stop();
    expect(lineOf(checks, "engine.adminSecret")).to.include({
      outcome: "failed",
      finding: "an empty one is accepted",
    });
  });

  it("knows the unauthorized role", async () => {
    const engine = await engineWith({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "anonymous" });
    const known = await examine(subjectOf(engine, { unauthorizedRole: "anonymous" }));
    expect(lineOf(known, "refusal.anonymous")).to.include({ outcome: "ok" });
    expect(lineOf(known, "refusal.anonymous").finding).to.include('"anonymous"');
    const unknown = await examine(subjectOf(engine));
    expect(lineOf(unknown, "refusal.anonymous")).to.include({ outcome: "warning" });
    const absent = await examine(subjectOf(first, { unauthorizedRole: "anonymous" }));
    expect(lineOf(absent, "refusal.anonymous")).to.include({ outcome: "warning" });
  });

  it("passes over a config API that is off", async () => {
    const engine = await engineWith({ HASURA_GRAPHQL_ENABLED_APIS: "graphql" });
    const checks = await examine(subjectOf(engine));
    expect(lineOf(checks, "engine.config").outcome).to.equal("skipped");
    expect(idsOf(checks, "failed")).to.deep.equal([]);
  });

  it("has nothing to warn of where a claims map fixes the roles", async () => {
    const jwtSecret = JSON.stringify({
      type: "HS256",
      key: HS256_KEY,
      issuer: ISSUER,
      claims_map: MAP,
    });
    const engine = await engineWith({ HASURA_GRAPHQL_JWT_SECRET: jwtSecret });
    const checks = await examine(subjectOf(engine, { jwtSecret }));
    expect(idsOf(checks, "failed", "warning")).to.deep.equal([]);
  });

  for (const header of [
    { type: "Cookie", name: "__session" },
    { type: "CustomHeader", name: "X-Token" },
  ]) {
    it(`sends tokens by ${header.type}`, async () => {
      const jwtSecret = JSON.stringify({ ...JSON.parse(secretText()), header });
      const engine = await engineWith({ HASURA_GRAPHQL_JWT_SECRET: jwtSecret });
      const checks = await examine(subjectOf(engine, { jwtSecret }));
      expect(idsOf(checks, "failed")).to.deep.equal([]);
    });
  }

  it("fails where a real token allows admin", async () => {
    const roles = { "x-hasura-allowed-roles": ["user", "admin"] };
    const token = await userToken({ iss: ISSUER }, roles);
    const checks = await examine(subjectOf(first), { token });
    expect(lineOf(checks, "refusal.adminRole").outcome).to.equal("failed");
    expect(lineOf(checks, "token.allowedRoles").outcome).to.equal("warning");
  });

  it("does not send what is not a token", async () => {
    const checks = await examine(subjectOf(first), { token: "sk_test_canary" });
    expect(lineOf(checks, "introspection").outcome).to.equal("skipped");
    expect(JSON.stringify(checks)).to.not.include("sk_test_canary");
  });

  it("reads the issuer out of a token that the engine accepts", async () => {
    const jwtSecret = JSON.stringify({ type: "HS256", key: HS256_KEY });
    const engine = await engineWith({ HASURA_GRAPHQL_JWT_SECRET: jwtSecret });
    const token = await signToken({
      iss: ISSUER,
      "https://hasura.io/jwt/claims": { ...MAP, "x-hasura-user-id": "u" },
    });
    const checks = await examine(subjectOf(engine, { jwtSecret }), { token });
    expect(lineOf(checks, "issuer").remedy).to.include(ISSUER);
  });

  it("says that nothing answers", async () => {
    const gone = await engineWith({});
    started.pop();
    await gone.engine.stop();
    const { endpoint } = subjectOf(gone);
    const checks = await examine(subjectOf(first, { endpoint }), { timeoutMs: 2000 });
    expect(idsOf(checks, "failed")).to.deep.equal(["engine.health"]);
    expect(lineOf(checks, "engine.health").finding).to.include("the connection was refused");
    expect(idsOf(checks, "ok")).to.deep.equal(["issuer"]);
  });

  it("says that the secret cannot be read", async () => {
    const checks = await examine(subjectOf(first, { jwtSecret: "{" }));
    expect(checks.map(({ id, outcome }) => [id, outcome])).to.deep.equal([
      ["stack.jwtSecret", "failed"],
    ]);
  });

  it("counts queries, and sees metadata that the database no longer bears out", async () => {
    await trackNotes(first);
    expect(lineOf(await examine(subjectOf(first)), "introspection").finding).to.match(
      /has \d+ queries/,
    );
    const { Client } = await import("pg");
    const client = new Client({ connectionString: first.postgres.url });
    await client.connect();
    await client.query("drop table notes");
    await client.end();
    await first.metadata("reload_metadata", {});
    const metadata = lineOf(await examine(subjectOf(first)), "engine.metadata");
    expect(metadata).to.include({ outcome: "failed" });
    expect(metadata.finding).to.match(/^\d+ objects/);
  });
});
