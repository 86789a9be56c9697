import { expect } from "chai";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { MintError, mintToken } from "../../../tools/token/mintToken";
import { rsaPair } from "../clerk/keyMaterial";
import { hs256, type MintOptions, stack } from "../clerk/soundIdentity";

async function refusal(input: ShapedIdentity, more: Partial<MintOptions> = {}): Promise<string> {
  try {
    await mintToken({ ...stack(input), user: "user_1", ...more });
  } catch (error) {
    expect(error).to.be.instanceOf(MintError);
    return (error as Error).message;
  }
  throw new Error("a token was minted");
}

describe("refusals of mintToken", () => {
  const rsa = rsaPair();
  const mapped = (role: object) => ({
    signingKey: hs256,
    claimsMap: {
      "x-hasura-default-role": role,
      "x-hasura-allowed-roles": { literals: ["user", "editor"] },
    },
  });
  const rows: [string, ShapedIdentity, Partial<MintOptions>, string][] = [
    [
      "Clerk signs",
      { frontendApi: "clerk.example.com" },
      {},
      "Clerk signs for this stack; get a token in a signed-in app with getToken(), with { template } if the stack has one",
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
      "the private key does not match the stack's public key",
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
      "--user needs an id without white space",
    ],
    [
      "the lifetime is 0",
      { signingKey: hs256 },
      { ttlSeconds: 0 },
      "--ttl needs whole seconds from 1 to 315360000",
    ],
    [
      "the lifetime is not a number",
      { signingKey: hs256 },
      { ttlSeconds: Number.NaN },
      "--ttl needs whole seconds from 1 to 315360000",
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
      "--role needs to be one of this stack's roles: user, editor",
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
      "--role is required, because this stack's tokens name their own role",
    ],
    [
      "claims lie within each other",
      {
        signingKey: hs256,
        claimsMap: { ...mapped({ path: "$.a" }).claimsMap, "x-hasura-user-id": { path: "$.a.b" } },
      },
      { role: "user" },
      "two claims of this stack overlap, so no token can hold both",
    ],
    [
      "a list would be endless",
      { signingKey: hs256, claimsNamespacePath: "$.a[99999999]" },
      {},
      "a claim of this stack is beyond list position 1000",
    ],
  ];
  for (const [why, input, more, message] of rows) {
    it(`refuses when ${why}`, async () => expect(await refusal(input, more)).to.equal(message));
  }
});
