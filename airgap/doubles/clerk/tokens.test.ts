import { createSecretKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { expect } from "chai";
import { decodeProtectedHeader, jwtVerify } from "jose";
import type { JsonObject } from "../hasura/json";
import { claimsOf, startTestClerk, type TestClerk } from "./testClerk";
import type { Organization, User } from "./users";

const ISSUER = "https://pleased-mole-7.clerk.accounts.dev";
const NAMESPACE = "https://hasura.io/jwt/claims";

describe("Clerk double: tokens", () => {
  let clerk: TestClerk;
  let user: User;
  let organization: Organization;
  let session: string;

  beforeEach(async () => {
    clerk = await startTestClerk();
    const { users, sessions } = clerk.double;
    user = users.addUser({
      first_name: "Ada",
      email: "ada@example.com",
      public_metadata: { role: "editor", roles: ["editor", "user"] },
      private_metadata: { hidden: "not-for-tokens" },
    });
    organization = users.addOrganization({ name: "Acme Inc", public_metadata: { plan: "pro" } });
    users.addMembership({
      user_id: user.id,
      organization_id: organization.id,
      role: "org:admin",
      permissions: ["org:invoices:read", "org:invoices:write", "org:teams:write"],
    });
    session = sessions.start(user.id).id;
  });
  afterEach(() => clerk.double.stop());

  const sessionToken = () => clerk.api("POST", `/v1/sessions/${session}/tokens`);
  async function templateToken(claims: JsonObject, settings: JsonObject = {}) {
    const name = `t${String(Math.random()).slice(2)}`;
    const made = await clerk.api("POST", "/v1/jwt_templates", { name, claims, ...settings });
    expect(made.status, made.text).to.equal(200);
    return clerk.api("POST", `/v1/sessions/${session}/tokens/${name}`);
  }

  it("mints version 2 session tokens for 60 seconds, signed with the key of the set", async () => {
    const answer = await sessionToken();
    const { exp, iat, nbf, jti, ...claims } = claimsOf(answer);
    expect(Number(exp) - Number(iat)).to.equal(60);
    expect(Number(iat) - Number(nbf)).to.equal(10);
    expect(jti).to.match(/^[0-9a-f]{20}$/);
    const rest = { fva: [0, -1], iss: ISSUER, sid: session, sts: "active", sub: user.id, v: 2 };
    expect(claims).to.deep.equal(rest);
    const { kid, pem } = clerk.double.jwks.current;
    expect(kid).to.match(/^ins_[0-9A-Za-z]{27}$/);
    const header = decodeProtectedHeader(String(answer.body.jwt));
    expect(header).to.deep.equal({ alg: "RS256", kid, typ: "JWT" });
    expect(pem).to.contain("BEGIN PUBLIC KEY");
  });

  it("packs the active organisation into `o`, without the prefix of the role", async () => {
    clerk.double.sessions.activate(session, organization.id);
    const { o, fea } = claimsOf(await sessionToken());
    const { id, slug } = organization;
    expect(slug).to.equal("acme-inc");
    expect(o).to.deep.equal({ id, slg: slug, rol: "admin", per: "read,write", fpm: "3,2" });
    expect(fea).to.equal("o:invoices,o:teams");
  });

  it("mints version 1 session tokens when told to", async () => {
    clerk.double.behaviour.sessionTokenVersion = 1;
    clerk.double.sessions.activate(session, organization.id);
    const claims = claimsOf(await sessionToken());
    expect(claims).to.not.have.any.keys("v", "o");
    expect(claims).to.include({
      org_id: organization.id,
      org_role: "org:admin",
      org_slug: "acme-inc",
    });
    expect(claims.org_permissions).to.have.lengthOf(3);
  });

  it("mints template tokens with Clerk's own claims, without sid, v and azp", async () => {
    const answer = await templateToken({
      aud: "api",
      [NAMESPACE]: { "x-hasura-user-id": "{{user.id}}" },
    });
    const claims = claimsOf(answer);
    expect(claims).to.have.all.keys("aud", NAMESPACE, "exp", "iat", "iss", "jti", "nbf", "sub");
    expect(claims).to.deep.include({ iss: ISSUER, sub: user.id, aud: "api" });
    expect(claims[NAMESPACE]).to.deep.equal({ "x-hasura-user-id": user.id });
    expect([Number(claims.exp), Number(claims.nbf)]).to.deep.equal([
      Number(claims.iat) + 60,
      Number(claims.iat) - 5,
    ]);
  });

  it("lets Clerk's own claims win over a template's", async () => {
    clerk.double.behaviour.reservedClaims = [];
    const claims = claimsOf(await templateToken({ sub: "somebody", exp: 1, sid: "kept" }));
    expect(claims).to.include({ sub: user.id, sid: "kept" });
    expect(claims.exp).to.be.above(1);
  });

  it("moves exp by the lifetime and only nbf by the skew", async () => {
    const settings = { lifetime: 3600, allowed_clock_skew: 120 };
    const { exp, iat, nbf } = claimsOf(await templateToken({}, settings));
    expect([Number(exp) - Number(iat), Number(iat) - Number(nbf)]).to.deep.equal([3600, 120]);
  });

  it("evaluates user, organisation and membership, null without an active organisation", async () => {
    const claims = {
      roles: "{{user.public_metadata.roles}}",
      name: "{{user.first_name}} at {{org.slug}}",
      org: "{{org.id}}",
      role: "{{org.role || 'none'}}",
      plan: "{{org.public_metadata.plan}}",
      permissions: "{{org_membership.permissions}}",
      hidden: "{{user.private_metadata.hidden}}",
      mail: "{{user.primary_email_address}}",
      verified: "{{user.email_verified}}",
      organizations: "{{user.organizations}}",
    };
    const without = claimsOf(await templateToken(claims));
    expect(without).to.deep.include({ roles: ["editor", "user"], org: null, role: "none" });
    expect(without).to.include({ name: "Ada at null", hidden: null, mail: "ada@example.com" });
    expect(without.organizations).to.deep.equal({ [organization.id]: "org:admin" });
    clerk.double.sessions.activate(session, organization.id);
    const inside = claimsOf(await templateToken(claims));
    expect(inside).to.include({ org: organization.id, role: "org:admin", plan: "pro" });
    expect(inside).to.include({ name: "Ada at acme-inc", verified: true });
    expect(inside.permissions).to.have.lengthOf(3);
    clerk.double.behaviour.rolePrefixInTemplates = false;
    expect(claimsOf(await templateToken(claims)).role).to.equal("admin");
  });

  it("follows a changed template and a changed user at once", async () => {
    const { body } = await clerk.api("POST", "/v1/jwt_templates", { name: "n", claims: { a: 1 } });
    const mint = () => clerk.api("POST", `/v1/sessions/${session}/tokens/n`);
    expect(claimsOf(await mint()).a).to.equal(1);
    const claims = { a: "{{user.public_metadata.role}}" };
    await clerk.api("PATCH", `/v1/jwt_templates/${String(body.id)}`, { name: "n", claims });
    expect(claimsOf(await mint()).a).to.equal("editor");
    clerk.double.users.addUser({ ...user, public_metadata: { role: "owner" } });
    expect(claimsOf(await mint()).a).to.equal("owner");
  });

  const pairs: [string, KeyObject, KeyObject][] = [
    ["RS512", ...pairOf(generateKeyPairSync("rsa", { modulusLength: 2048 }))],
    ["ES256", ...pairOf(generateKeyPairSync("ec", { namedCurve: "P-256" }))],
    ["ES384", ...pairOf(generateKeyPairSync("ec", { namedCurve: "P-384" }))],
  ];
  const shared = "0123456789abcdef0123456789abcdef";
  const keys: [string, string, KeyObject][] = [
    ["HS256", shared, createSecretKey(Buffer.from(shared))],
    ...pairs.map(([algorithm, privateKey, publicKey]): [string, string, KeyObject] => [
      algorithm,
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicKey,
    ]),
  ];
  for (const [algorithm, key, verifier] of keys) {
    it(`signs with a custom ${algorithm} key, and with no other`, async () => {
      const settings = { custom_signing_key: true, signing_algorithm: algorithm, signing_key: key };
      const jwt = String((await templateToken({ a: 1 }, settings)).body.jwt);
      const { payload, protectedHeader } = await jwtVerify(jwt, verifier);
      expect(payload).to.include({ a: 1, sub: user.id, iss: ISSUER });
      expect(protectedHeader).to.deep.equal({ alg: algorithm, typ: "JWT" });
      const plain = String((await templateToken({ a: 1 })).body.jwt);
      expect(decodeProtectedHeader(plain).alg).to.equal("RS256");
    });
  }

  it("lives by the clock it was started with", async () => {
    const early = await startTestClerk({ startTime: Date.UTC(2020, 0, 1) });
    try {
      const { id } = early.double.sessions.start(early.double.users.addUser().id);
      const { iat } = claimsOf(await early.api("POST", `/v1/sessions/${id}/tokens`));
      expect(new Date(Number(iat) * 1000).getUTCFullYear()).to.equal(2020);
    } finally {
      await early.double.stop();
    }
  });
});

function pairOf(pair: { privateKey: KeyObject; publicKey: KeyObject }): [KeyObject, KeyObject] {
  return [pair.privateKey, pair.publicKey];
}
