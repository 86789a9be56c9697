import { expect } from "chai";
import {
  SECRET_KEY,
  startTestClerk,
  type TestClerk,
} from "../../../airgap/doubles/clerk/testClerk";
import { startTestEngine, type TestEngine } from "../../../airgap/doubles/hasura/testEngine";
import { examine } from "../../../infra/doctor/examine";
import type { ClerkAccess, DoctorSubject } from "../../../infra/doctor/subject";
import { shortRetries } from "../providers/remoteTest";
import { idsOf, lineOf, subjectOf } from "./checkup";

const HOST = "pleased-mole-7.clerk.accounts.dev";
const CLAIMS = {
  "https://hasura.io/jwt/claims": {
    "x-hasura-allowed-roles": ["user"],
    "x-hasura-default-role": "user",
    "x-hasura-user-id": "{{user.id}}",
  },
};

describe("a token fetched from Clerk", () => {
  let clerk: TestClerk;
  let engine: TestEngine;
  let user = "";
  shortRetries();

  before(async () => {
    clerk = await startTestClerk({
      frontendApi: HOST,
      jwksHeaders: { "cache-control": "max-age=60" },
    });
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: jwtSecret() });
    user = clerk.double.users.addUser().id;
    const made = await clerk.api("POST", "/v1/jwt_templates", { name: "hasura", claims: CLAIMS });
    expect(made.status, made.text).to.equal(200);
  });
  after(async () => {
    await engine?.stop();
    await clerk?.double.stop();
  });

  const jwtSecret = () =>
    JSON.stringify({ jwk_url: clerk.double.jwksUrl, issuer: `https://${HOST}`, allowed_skew: 5 });
  const stack = (extra: Partial<DoctorSubject> = {}) =>
    subjectOf(engine, { jwtSecret: jwtSecret(), jwksUrl: clerk.double.jwksUrl, ...extra });
  const access = (extra: Partial<ClerkAccess> = {}): ClerkAccess => ({
    secretKey: SECRET_KEY,
    user,
    template: "hasura",
    apiUrl: clerk.double.apiUrl,
    ...extra,
  });

  it("is accepted, and its session is ended afterwards", async () => {
    const checks = await examine(stack(), { clerk: access() });
    expect(idsOf(checks, "failed", "warning"), JSON.stringify(checks)).to.deep.equal([]);
    expect(lineOf(checks, "introspection").finding).to.include("fetched from Clerk");
    expect(lineOf(checks, "issuer").finding).to.include("as in the token");
    const { body } = await clerk.api("GET", `/v1/sessions?user_id=${user}&paginated=true`);
    expect(body).to.have.nested.property("data[0].status", "revoked");
  });

  it("is judged where the engine refuses it, here because no template was named", async () => {
    const { template: _template, ...plain } = access();
    const checks = await examine(stack(), { clerk: plain });
    expect(lineOf(checks, "introspection")).to.include({ outcome: "failed" });
    expect(lineOf(checks, "token.signature")).to.include({ outcome: "ok" });
    expect(lineOf(checks, "token.claims").finding).to.include("did not name the template");
  });

  it("skips what only the holder of the key can show, without any token", async () => {
    const checks = await examine(stack());
    expect(idsOf(checks, "failed", "warning")).to.deep.equal([]);
    expect(idsOf(checks, "info")).to.include("issuer");
    expect(idsOf(checks, "skipped")).to.deep.equal([
      "refusal.expired",
      "refusal.issuer",
      "refusal.role",
      "refusal.adminRole",
      "refusal.adminClaim",
      "introspection",
    ]);
    expect(lineOf(checks, "refusal.forged")).to.include({ outcome: "ok" });
  });

  const refusals: [string, Partial<ClerkAccess>, RegExp][] = [
    ["an unknown user", { user: "user_0" }, /no session for user "user_0" \(status 404/],
    ["an unknown template", { template: "hasuro" }, /no token of template "hasuro" \(status 404/],
    ["a wrong key", { secretKey: "sk_test_wrong" }, /status 401/],
    ["a live key", { secretKey: "sk_live_canary" }, /production instance/],
    ["another key", { secretKey: "canary" }, /not one of Clerk.s/],
    [
      "an address without TLS",
      { apiUrl: "http://api.example.com" },
      /not sent: CLERK_API_URL "api\.example\.com" over http would send/,
    ],
    [
      "an address where nothing listens",
      { apiUrl: "http://127.0.0.1:9" },
      /POST http:\/\/127\.0\.0\.1:9\/v1\/sessions failed/,
    ],
  ];
  for (const [what, extra, finding] of refusals) {
    it(`says in one line why there is none: ${what}`, async () => {
      const line = lineOf(await examine(stack(), { clerk: access(extra) }), "introspection");
      expect(line).to.include({ outcome: "failed" });
      expect(line.finding).to.match(finding).and.not.include("\n");
      expect(JSON.stringify(line)).to.not.include("canary").and.not.include(SECRET_KEY);
    });
  }

  it("tells of an engine that holds an older key set than Clerk serves", async () => {
    await clerk.double.jwks.rotate(true);
    const checks = await examine(stack({ container: "shop-hasura" }), { clerk: access() });
    expect(lineOf(checks, "token.signature")).to.include({ outcome: "ok" });
    for (const id of ["introspection", "token.verdict"]) {
      const line = lineOf(checks, id);
      expect(line, id).to.include({ outcome: "failed" });
      expect(line.finding, id).to.include("the engine holds an older set");
      expect(line.remedy, id).to.include("docker restart shop-hasura");
    }
  });
});
