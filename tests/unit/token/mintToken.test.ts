import { createPublicKey, createSecretKey } from "node:crypto";
import { expect } from "chai";
import { decodeProtectedHeader, jwtVerify } from "jose";
import { resolveIdentity } from "../../../infra/clerk/identity";
import type { IdentityInput } from "../../../infra/clerk/identityInput";
import { MintError, mintToken } from "../../../tools/token/mintToken.mjs";
import { ecPair, ed25519Pair, rsaPair } from "../clerk/keyMaterial";

const NAMESPACE = "https://hasura.io/jwt/claims";
const KEY = "k".repeat(64);
const NOW = 1_800_000_000;
const hs256 = { algorithm: "HS256", key: KEY };

function stack(input: IdentityInput) {
  const { value } = resolveIdentity(input);
  if (value === undefined) throw new Error("the test's identity is unsound");
  const secret = JSON.parse(value.jwtSecret);
  return { secret, tokenShape: value.tokenShape, issuer: value.issuer };
}

type Options = Parameters<typeof mintToken>[0];

async function payloadOf(input: IdentityInput, more: Partial<Options> = {}) {
  const token = await mintToken({ ...stack(input), user: "user_1", now: NOW, ...more });
  const verified = await jwtVerify(token, createSecretKey(Buffer.from(KEY)), {
    currentDate: new Date(NOW * 1000),
  });
  return verified.payload;
}

async function refusal(input: IdentityInput, more: Partial<Options> = {}): Promise<string> {
  try {
    await mintToken({ ...stack(input), user: "user_1", ...more });
  } catch (error) {
    expect(error).to.be.instanceOf(MintError);
    return (error as Error).message;
  }
  throw new Error("a token was minted");
}

describe("mintToken", () => {
  it("mints what Clerk would: default claims and Hasura's under the namespace", async () => {
    const payload = await payloadOf(
      {
        signingKey: hs256,
        issuer: "https://clerk.example.com",
        audience: ["api"],
        allowedRoles: ["user", "editor"],
      },
      { org: "org_1", azp: "https://app.example.com", ttlSeconds: 90 },
    );
    expect(payload.jti).to.match(/^[0-9a-f]{32}$/);
    expect(payload).to.deep.equal({
      azp: "https://app.example.com",
      exp: NOW + 90,
      iat: NOW,
      iss: "https://clerk.example.com",
      jti: payload.jti,
      nbf: NOW - 5,
      sub: "user_1",
      aud: "api",
      [NAMESPACE]: {
        "x-hasura-allowed-roles": ["user", "editor"],
        "x-hasura-default-role": "user",
        "x-hasura-user-id": "user_1",
        "x-hasura-org-id": "org_1",
      },
    });
  });

  it("leaves out what was not asked for, and lives 60 s", async () => {
    const payload = await payloadOf({ signingKey: hs256 });
    expect(payload).to.have.all.keys("exp", "iat", "jti", "nbf", "sub", NAMESPACE);
    expect(payload.exp).to.equal(NOW + 60);
    expect(payload[NAMESPACE]).not.to.have.property("x-hasura-org-id");
  });

  it("gives every token an id of its own", async () => {
    const input = { signingKey: hs256 };
    expect((await payloadOf(input)).jti).not.to.equal((await payloadOf(input)).jti);
  });

  it("takes the role asked for as default role", async () => {
    const payload = await payloadOf(
      { signingKey: hs256, allowedRoles: ["user", "editor"] },
      { role: "editor" },
    );
    expect(payload[NAMESPACE]).to.include({ "x-hasura-default-role": "editor" });
  });

  it("writes several audiences as a list", async () => {
    const payload = await payloadOf({ signingKey: hs256, audience: ["a", "b"] });
    expect(payload.aud).to.deep.equal(["a", "b"]);
  });

  it("puts claims below a path, as text where the stack wants text", async () => {
    const payload = await payloadOf({
      signingKey: hs256,
      claimsNamespacePath: '$.a["b c"][1]',
      claimsFormat: "stringified_json",
    });
    const list = (payload.a as Record<string, unknown[]>)["b c"];
    expect(JSON.parse(String(list?.[1]))).to.include({ "x-hasura-user-id": "user_1" });
  });

  it("puts claims at the top where the path is the whole token", async () => {
    const payload = await payloadOf({ signingKey: hs256, claimsNamespacePath: "$" });
    expect(payload).to.include({
      "x-hasura-user-id": "user_1",
      "x-hasura-default-role": "user",
      sub: "user_1",
    });
  });

  it("fills the paths of a claims map, and leaves Clerk's own claims alone", async () => {
    const payload = await payloadOf(
      {
        signingKey: hs256,
        claimsMap: {
          "x-hasura-user-id": { path: "$.sub" },
          "x-hasura-org-id": { path: "$.o.id", default: "" },
          "x-hasura-default-role": { path: "$.meta.role" },
          "x-hasura-allowed-roles": { path: "$.meta.roles", defaults: ["user", "editor"] },
          "x-hasura-plan": { path: "$.plan", default: "free" },
        },
      },
      { role: "editor", org: "org_1" },
    );
    expect(payload.o).to.deep.equal({ id: "org_1" });
    expect(payload.meta).to.deep.equal({ role: "editor", roles: ["user", "editor"] });
    expect(payload.sub).to.equal("user_1");
    expect(payload).not.to.have.property("plan");
    expect(payload).not.to.have.property(NAMESPACE);
  });

  it("survives a claim named __proto__", async () => {
    const payload = await payloadOf({ signingKey: hs256, claimsNamespacePath: '$["__proto__"].a' });
    expect(Object.hasOwn(payload, "__proto__")).to.equal(true);
    expect(({} as Record<string, unknown>).a).to.equal(undefined);
  });

  const pairs = [
    ["RS256", "RS256", rsaPair()],
    ["RS512", "RS512", rsaPair()],
    ["ES256", "ES256", ecPair("P-256")],
    ["ES384", "ES384", ecPair("P-384")],
    ["ES512", "ES512", ecPair("P-521")],
    ["Ed25519", "EdDSA", ed25519Pair()],
  ] as const;
  for (const [algorithm, alg, pair] of pairs) {
    it(`signs for ${algorithm} with the private half`, async () => {
      const input = { signingKey: { algorithm, key: pair.publicKey } };
      const token = await mintToken({
        ...stack(input),
        privateKeyPem: pair.privateKey,
        user: "user_1",
      });
      expect(decodeProtectedHeader(token)).to.deep.equal({ alg, typ: "JWT" });
      const { payload } = await jwtVerify(token, createPublicKey(pair.publicKey));
      expect(payload.sub).to.equal("user_1");
    });
  }
  for (const algorithm of ["HS256", "HS384", "HS512"]) {
    it(`signs for ${algorithm}`, async () => {
      const token = await mintToken({
        ...stack({ signingKey: { algorithm, key: KEY } }),
        user: "user_1",
      });
      expect(decodeProtectedHeader(token).alg).to.equal(algorithm);
      await jwtVerify(token, createSecretKey(Buffer.from(KEY)));
    });
  }

  const [, , rsa] = pairs[0];
  const mapped = (role: object) => ({
    signingKey: hs256,
    claimsMap: {
      "x-hasura-default-role": role,
      "x-hasura-allowed-roles": { literals: ["user", "editor"] },
    },
  });
  const rows: [string, IdentityInput, Partial<Options>, string][] = [
    [
      "Clerk signs",
      { frontendApi: "clerk.example.com" },
      {},
      "Clerk signs for this stack; get a token by getToken() in an app that is signed in",
    ],
    [
      "no stack",
      { signingKey: hs256 },
      { secret: null },
      "the stack has no JWT secret yet; run npm run up first",
    ],
    [
      "the private half is missing",
      { signingKey: { algorithm: "RS256", key: rsa.publicKey } },
      {},
      "this stack holds only the public half of its RS256 key; give the private half to sign with",
    ],
    [
      "the private half is another's",
      { signingKey: { algorithm: "RS256", key: rsa.publicKey } },
      { privateKeyPem: rsaPair().privateKey },
      "the private key is not the other half of the stack's public key",
    ],
    [
      "the private half is unreadable",
      { signingKey: { algorithm: "RS256", key: rsa.publicKey } },
      { privateKeyPem: "canary" },
      "the private key cannot be read; give it as unencrypted PEM",
    ],
    [
      "the user is empty",
      { signingKey: hs256 },
      { user: "" },
      "--user wants an id without white space",
    ],
    [
      "the lifetime is 0",
      { signingKey: hs256 },
      { ttlSeconds: 0 },
      "--ttl wants whole seconds from 1 to 315360000",
    ],
    [
      "the lifetime is no number",
      { signingKey: hs256 },
      { ttlSeconds: Number.NaN },
      "--ttl wants whole seconds from 1 to 315360000",
    ],
    [
      "the role is admin",
      { signingKey: hs256 },
      { role: "admin" },
      "--role admin is never put into a token",
    ],
    [
      "the role is unknown",
      { signingKey: hs256, allowedRoles: ["user", "editor"] },
      { role: "root" },
      "--role wants one of this stack's roles: user, editor",
    ],
    [
      "the map fixes another role",
      mapped({ literal: "user" }),
      { role: "editor" },
      "--role cannot differ: this stack fixes it to user",
    ],
    [
      "the map names no role",
      mapped({ path: "$.role" }),
      {},
      "--role is needed, because this stack's tokens name their role themselves",
    ],
    [
      "claims lie within each other",
      {
        signingKey: hs256,
        claimsMap: { ...mapped({ path: "$.a" }).claimsMap, "x-hasura-user-id": { path: "$.a.b" } },
      },
      { role: "user" },
      "two claims of this stack lie within each other, so no token can hold both",
    ],
    [
      "a list would be endless",
      { signingKey: hs256, claimsNamespacePath: "$.a[99999999]" },
      {},
      "a claim of this stack lies beyond list position 1000",
    ],
  ];
  for (const [why, input, more, message] of rows) {
    it(`refuses when ${why}`, async () => expect(await refusal(input, more)).to.equal(message));
  }
});
