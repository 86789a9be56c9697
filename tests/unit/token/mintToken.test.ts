import { createPublicKey, createSecretKey } from "node:crypto";
import { expect } from "chai";
import { decodeProtectedHeader, jwtVerify } from "jose";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { mintToken } from "../../../tools/token/mintToken";
import { ecPair, ed25519Pair, rsaPair } from "../clerk/keyMaterial";
import { hs256, SHARED_KEY as KEY, type MintOptions, stack } from "../clerk/soundIdentity";

const NAMESPACE = "https://hasura.io/jwt/claims";
const NOW = 1_800_000_000;
async function payloadOf(input: ShapedIdentity, more: Partial<MintOptions> = {}) {
  const token = await mintToken({ ...stack(input), user: "user_1", now: NOW, ...more });
  const verified = await jwtVerify(token, createSecretKey(Buffer.from(KEY)), {
    currentDate: new Date(NOW * 1000),
  });
  return verified.payload;
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
});
