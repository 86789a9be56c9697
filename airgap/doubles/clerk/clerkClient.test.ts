import { type ClerkClient, createClerkClient, verifyToken } from "@clerk/backend";
import { type ClerkAPIResponseError, isClerkAPIResponseError } from "@clerk/backend/errors";
import { expect } from "chai";
import { ClerkDouble } from "./clerkDouble";
import { FaultKind } from "./faults";
import { startTestClerk, type TestClerk } from "./testClerk";
import type { User } from "./users";

const QUIET = { disabled: true, debug: false, samplingRate: 0 };
const NAMESPACE = "https://hasura.io/jwt/claims";

/** The error of Clerk's client, with what it read from the answer. */
async function refusal(request: Promise<unknown>): Promise<ClerkAPIResponseError> {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (isClerkAPIResponseError(error)) return error;
  throw new Error(`no ClerkAPIResponseError: ${String(error)}`);
}

describe("Clerk double: Clerk's own client, unmodified", () => {
  let clerk: TestClerk;
  let client: ClerkClient;
  let user: User;
  beforeEach(async () => {
    clerk = await startTestClerk();
    const { secretKey, apiUrl, publishableKey } = clerk.double;
    client = createClerkClient({
      secretKey,
      apiUrl,
      publishableKey,
      telemetry: QUIET,
    });
    user = clerk.double.users.addUser({ email: "ada@example.com", username: "ada" });
  });
  afterEach(() => clerk.double.stop());

  it("creates, gets, updates, lists and deletes templates", async () => {
    const claims = {
      [NAMESPACE]: { "x-hasura-user-id": "{{user.id}}", camelCase: { deepKey: null } },
    };
    const made = await client.jwtTemplates.create({ name: "hasura", claims, allowedClockSkew: 9 });
    expect(made).to.include({ name: "hasura", lifetime: 60, allowedClockSkew: 9 });
    expect(made).to.include({ customSigningKey: false, signingAlgorithm: "RS256" });
    expect(made.claims).to.deep.equal(claims);
    expect(await client.jwtTemplates.get(made.id)).to.deep.equal(made);
    const { name, id: templateId } = made;
    const key = { customSigningKey: true, signingAlgorithm: "HS256", signingKey: "s".repeat(32) };
    const changed = await client.jwtTemplates.update({
      templateId,
      name,
      claims,
      lifetime: 90,
      ...key,
    });
    expect(changed).to.include({ lifetime: 90, customSigningKey: true, signingAlgorithm: "HS256" });
    const page = await client.jwtTemplates.list({ limit: 1 });
    expect(page).to.deep.equal({ data: [changed], totalCount: 1 });
    expect(await client.jwtTemplates.delete(made.id)).to.include({ id: made.id, deleted: true });
    expect((await client.jwtTemplates.list()).totalCount).to.equal(0);
    const [first] = clerk.double.log.entries;
    expect(first).to.include({ apiVersion: "2026-05-12" });
    expect(first?.userAgent).to.match(/^@clerk\/backend@3\./);
  });

  it("sees errors with status, codes, parameter and trace id", async () => {
    const missing = await refusal(client.jwtTemplates.get("jtmp_0"));
    expect(missing.status).to.equal(404);
    expect(missing.clerkTraceId).to.match(/^[0-9a-f]{32}$/);
    expect(missing.errors[0]).to.deep.include({
      code: "resource_not_found",
      longMessage: "No JWT template exists with id: jtmp_0",
    });
    const reserved = await refusal(client.jwtTemplates.create({ name: "r", claims: { sub: "x" } }));
    expect(reserved.status).to.equal(400);
    expect(reserved.errors[0]?.code).to.equal("jwt_template_reserved_claim");
    expect(reserved.errors[0]?.meta?.paramName).to.equal("claims");
    const range = await refusal(client.jwtTemplates.create({ name: "", claims: {}, lifetime: 1 }));
    expect(range.status).to.equal(422);
    expect(range.errors).to.have.lengthOf(2);
  });

  it("sees Retry-After of a 429, which it does not try again", async () => {
    clerk.double.faults.add({ kind: FaultKind.Status, status: 429, retryAfter: 12 });
    const error = await refusal(client.jwtTemplates.list());
    expect([error.status, error.retryAfter]).to.deep.equal([429, 12]);
    expect(clerk.double.log.entries).to.have.lengthOf(1);
  });

  it("is refused with a wrong secret key", async () => {
    const { apiUrl } = clerk.double;
    const other = createClerkClient({ secretKey: "sk_test_other", apiUrl, telemetry: QUIET });
    const error = await refusal(other.jwtTemplates.list());
    expect([error.status, error.errors[0]?.code]).to.deep.equal([401, "clerk_key_invalid"]);
  });

  it("hands back text under any other content type, the trap of section 3", async () => {
    clerk.double.faults.add({ kind: FaultKind.ContentType });
    const page = (await client.jwtTemplates.list()) as unknown;
    expect(page).not.to.have.property("totalCount", 0);
    expect((await client.jwtTemplates.list()).totalCount).to.equal(0);
  });

  it("reads users and keys, starts sessions and gets tokens", async () => {
    const { id } = user;
    const read = await client.users.getUser(id);
    expect(read).to.include({ id, username: "ada" });
    expect(read.primaryEmailAddress?.emailAddress).to.equal("ada@example.com");
    expect(await client.users.getUserList()).to.have.property("totalCount", 1);
    const session = await client.sessions.createSession({ userId: id });
    expect(session).to.include({ userId: id, status: "active" });
    expect((await client.sessions.getSession(session.id)).id).to.equal(session.id);
    await client.jwtTemplates.create({ name: "t", claims: { id: "{{user.id}}" } });
    const { jwt } = await client.sessions.getToken(session.id, "t", 45);
    const payload = await verifyToken(jwt, { jwtKey: clerk.double.jwtKey });
    expect(payload).to.include({ sub: id, id });
    expect(payload.exp - payload.iat).to.equal(45);
    expect((await client.sessions.revokeSession(session.id)).status).to.equal("revoked");
    expect((await refusal(client.sessions.getToken(session.id))).status).to.equal(404);
  });
});

describe("Clerk double: Clerk's verifyToken", () => {
  let clerk: TestClerk;
  before(async () => {
    clerk = await startTestClerk();
  });
  after(() => clerk.double.stop());

  const remote = () => {
    const { secretKey, apiUrl } = clerk.double;
    return { secretKey, apiUrl, skipJwksCache: true };
  };
  const failure = (token: string, options: Parameters<typeof verifyToken>[1]) =>
    verifyToken(token, options).then(
      () => "accepted",
      (error: { reason?: string }) => error.reason,
    );
  async function mint(body: Record<string, unknown> = {}): Promise<string> {
    const { sessions, users } = clerk.double;
    const { id } = sessions.start(users.addUser().id);
    const { jwt } = await clerk.control.call("POST", "tokens", { session_id: id, ...body });
    return String(jwt);
  }

  it("accepts session and template tokens, networkless and by the key set", async () => {
    await clerk.api("POST", "/v1/jwt_templates", { name: "v", claims: { a: 1 } });
    for (const body of [{}, { template: "v" }]) {
      const token = await mint(body);
      const { jwtKey, issuer } = clerk.double;
      for (const options of [{ jwtKey }, remote()]) {
        const payload = await verifyToken(token, { ...options, issuer });
        expect(payload.iss).to.equal("https://pleased-mole-7.clerk.accounts.dev");
      }
    }
  });

  it("refuses tokens of another instance and of another key under the same kid", async () => {
    const foreign = await mint({ foreign: true });
    expect(await failure(foreign, remote())).to.equal("token-invalid-signature");
    const { jwtKey } = clerk.double;
    expect(await failure(foreign, { jwtKey })).to.equal("token-invalid-signature");
    const other = await new ClerkDouble().start();
    try {
      const { id } = other.sessions.start(other.users.addUser().id);
      const token = await other.tokens.sessionToken(other.sessions.session(id));
      expect(await failure(token, remote())).to.equal("jwk-kid-mismatch");
      expect(await failure(token, { jwtKey })).to.equal("token-invalid-signature");
    } finally {
      await other.stop();
    }
  });

  it("refuses expired tokens, tokens of another issuer and HS256", async () => {
    const { jwtKey, issuer } = clerk.double;
    const past = Math.floor(Date.now() / 1000) - 3600;
    const expired = await mint({ claims: { exp: past } });
    expect(await failure(expired, { jwtKey })).to.equal("token-expired");
    const elsewhere = await mint({ claims: { iss: "https://clerk.example.com" } });
    expect(await failure(elsewhere, { jwtKey, issuer })).to.equal("token-invalid-issuer");
    const key = {
      custom_signing_key: true,
      signing_algorithm: "HS256",
      signing_key: "k".repeat(32),
    };
    await clerk.api("POST", "/v1/jwt_templates", { name: "hs", claims: {}, ...key });
    const shared = await mint({ template: "hs" });
    expect(await failure(shared, { jwtKey })).to.equal("token-invalid-algorithm");
  });

  it("follows a rotation by the key set, though a client keeps the keys it knew", async () => {
    const old = await mint();
    expect(await failure(old, remote())).to.equal("accepted");
    await clerk.double.jwks.rotate(false);
    expect(await failure(await mint(), remote())).to.equal("accepted");
    expect(await failure(old, remote())).to.equal("accepted");
    const another = { ...remote(), apiUrl: `${clerk.double.apiUrl}/` };
    expect(await failure(old, another)).to.equal("jwk-kid-mismatch");
  });

  it("reads the organisation out of both versions of session tokens", async () => {
    const { users, sessions, behaviour, publishableKey, jwtKey } = clerk.double;
    const user = users.addUser();
    const organization = users.addOrganization({ name: "Acme" });
    const permissions = ["org:invoices:read", "org:invoices:write", "org:teams:write"];
    const member = { user_id: user.id, organization_id: organization.id };
    users.addMembership({ ...member, role: "org:admin", permissions });
    const { id } = sessions.start(user.id, organization.id);
    const client = createClerkClient({
      publishableKey,
      ...remote(),
      telemetry: QUIET,
    });
    for (const version of [2, 1]) {
      behaviour.sessionTokenVersion = version;
      const { body } = await clerk.api("POST", `/v1/sessions/${id}/tokens`);
      const headers = { authorization: `Bearer ${String(body.jwt)}` };
      const request = new Request("https://app.example.com/", { headers });
      const auth = (await client.authenticateRequest(request, { jwtKey })).toAuth();
      expect(auth).to.include({ userId: user.id, sessionId: id, orgId: organization.id });
      expect(auth).to.include({ orgRole: "org:admin", orgSlug: "acme" });
      expect(auth).to.have.property("orgPermissions").that.has.members(permissions);
    }
    behaviour.sessionTokenVersion = 2;
  });
});
