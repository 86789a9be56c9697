import { expect } from "chai";
import fc from "fast-check";
import { type DdnJwtMode, ddnAuthConfig, jsonPointer } from "../../../infra/clerk/ddnAuthConfig";
import type { ResolvedIdentity } from "../../../infra/clerk/identity";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { ecPair, ed25519Pair, rsaPair } from "./keyMaterial";
import { HOST, JWKS, KEY, MAP, PK, resolveIdentity } from "./soundIdentity";

const BEARER = { type: "BearerAuthorization" } as const;
const NAMESPACE = {
  namespace: { claimsFormat: "Json", location: "/https:~1~1hasura.io~1jwt~1claims" },
} as const;

function resolved(input: ShapedIdentity): ResolvedIdentity {
  const { value, problems } = resolveIdentity(input);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

describe("ddnAuthConfig", () => {
  const rsa = rsaPair();
  const ed25519 = ed25519Pair();
  const rows: [what: string, input: ShapedIdentity, jwt: DdnJwtMode][] = [
    [
      "a publishable key",
      { publishableKey: PK },
      {
        claimsConfig: NAMESPACE,
        tokenLocation: BEARER,
        key: { jwkFromUrl: JWKS },
        issuer: `https://${HOST}`,
        allowedSkew: 5,
      },
    ],
    [
      "DDN's own namespace, an audience and a header of its own",
      {
        frontendApi: "clerk.example.com",
        claimsNamespace: "claims.jwt.hasura.io",
        audience: ["b", "a"],
        allowedSkewSeconds: 0,
        header: { type: "CustomHeader", name: "Auth-Token" },
      },
      {
        claimsConfig: { namespace: { claimsFormat: "Json", location: "/claims.jwt.hasura.io" } },
        tokenLocation: { type: "Header", name: "Auth-Token" },
        key: { jwkFromUrl: "https://clerk.example.com/.well-known/jwks.json" },
        audience: ["b", "a"],
        issuer: "https://clerk.example.com",
        allowedSkew: 0,
      },
    ],
    [
      "a path, claims as text and a cookie",
      {
        jwksUrl: "https://i.example.com/k",
        claimsNamespacePath: '$.a["b/c~d"][0]',
        claimsFormat: "stringified_json",
        header: { type: "Cookie", name: "__session" },
      },
      {
        claimsConfig: {
          namespace: { claimsFormat: "StringifiedJson", location: "/a/b~1c~0d/0" },
        },
        tokenLocation: { type: "Cookie", name: "__session" },
        key: { jwkFromUrl: "https://i.example.com/k" },
        allowedSkew: 5,
      },
    ],
    [
      "a shared key",
      { signingKey: { algorithm: "HS256", key: KEY } },
      {
        claimsConfig: NAMESPACE,
        tokenLocation: BEARER,
        key: { fixed: { algorithm: "HS256", key: { value: KEY } } },
        allowedSkew: 5,
      },
    ],
    [
      "a public key",
      { signingKey: { algorithm: "RS256", key: rsa.publicKey }, issuer: "https://me.example.com" },
      {
        claimsConfig: NAMESPACE,
        tokenLocation: BEARER,
        key: { fixed: { algorithm: "RS256", key: { value: rsa.publicKey } } },
        issuer: "https://me.example.com",
        allowedSkew: 5,
      },
    ],
    [
      "Ed25519, which DDN calls EdDSA",
      { signingKey: { algorithm: "Ed25519", key: ed25519.publicKey } },
      {
        claimsConfig: NAMESPACE,
        tokenLocation: BEARER,
        key: { fixed: { algorithm: "EdDSA", key: { value: ed25519.publicKey } } },
        allowedSkew: 5,
      },
    ],
    [
      "a claims map",
      {
        publishableKey: PK,
        claimsMap: {
          ...MAP,
          "x-hasura-org-id": { path: "$.o.id", default: "" },
          "x-hasura-org-roles": { path: '$["https://x.example.com/roles"]' },
          "x-hasura-allowed-roles": { path: "$.roles", defaults: ["user"] },
        },
      },
      {
        claimsConfig: {
          locations: {
            "x-hasura-allowed-roles": { path: { path: "/roles", default: ["user"] } },
            "x-hasura-default-role": { literal: "user" },
            "x-hasura-org-id": { path: { path: "/o/id", default: "" } },
            "x-hasura-org-roles": { path: { path: "/https:~1~1x.example.com~1roles" } },
            "x-hasura-user-id": { path: { path: "/sub" } },
          },
        },
        tokenLocation: BEARER,
        key: { jwkFromUrl: JWKS },
        issuer: `https://${HOST}`,
        allowedSkew: 5,
      },
    ],
    [
      "a claims map of fixed roles",
      { frontendApi: HOST, claimsMap: MAP },
      {
        claimsConfig: {
          locations: {
            "x-hasura-allowed-roles": { literal: ["user"] },
            "x-hasura-default-role": { literal: "user" },
            "x-hasura-user-id": { path: { path: "/sub" } },
          },
        },
        tokenLocation: BEARER,
        key: { jwkFromUrl: JWKS },
        issuer: `https://${HOST}`,
        allowedSkew: 5,
      },
    ],
  ];
  for (const [what, input, jwt] of rows) {
    it(`writes the document for ${what}`, () => {
      expect(ddnAuthConfig(resolved(input))).to.deep.equal({
        value: { kind: "AuthConfig", version: "v3", definition: { mode: { jwt } } },
      });
    });
  }

  it("is the same text each time", () => {
    const text = () => JSON.stringify(ddnAuthConfig(resolved({ publishableKey: PK })).value);
    expect(text()).to.equal(text());
    expect(text()).to.match(
      /^{"kind":"AuthConfig","version":"v3","definition":{"mode":{"jwt":{"cl/,
    );
  });

  const refusals: [what: string, input: ShapedIdentity, path: string, words: RegExp][] = [
    [
      "ES512",
      { signingKey: { algorithm: "ES512", key: ecPair("P-521").publicKey } },
      "identity.signingKey.algorithm",
      /^ES512 is unknown to DDN; allowed: HS256, .*; choose one of them, such as ES384/,
    ],
    [
      "claims in the whole token",
      { publishableKey: PK, claimsNamespacePath: "$" },
      "identity.claimsNamespacePath",
      /whole token.*; put the values into a claim of their own/,
    ],
    [
      "a role for callers without a token",
      { publishableKey: PK, unauthorizedRole: "anonymous" },
      "identity.unauthorizedRole",
      /no equivalent.*; leave it out, or write the AuthConfig by hand/,
    ],
  ];
  for (const [what, input, path, words] of refusals) {
    it(`says that DDN cannot express ${what}`, () => {
      const { problems, value } = ddnAuthConfig(resolved(input));
      expect(value).to.equal(undefined);
      expect(problems?.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems?.[0]?.reason).to.match(words).and.to.not.match(/\n/);
    });
  }

  it("says everything at once", () => {
    const { problems } = ddnAuthConfig(
      resolved({
        signingKey: { algorithm: "ES512", key: ecPair("P-521").publicKey },
        claimsNamespacePath: "$",
        unauthorizedRole: "anonymous",
      }),
    );
    expect(problems).to.have.length(3);
  });

  it("escapes any claim so that a JSON pointer (RFC 6901) finds it again", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (steps) => {
        const pointer = jsonPointer(steps);
        const read = pointer
          .split("/")
          .slice(1)
          .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
        expect(read).to.deep.equal(steps);
      }),
    );
  });
});
