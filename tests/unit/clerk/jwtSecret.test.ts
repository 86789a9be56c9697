import { expect } from "chai";
import fc from "fast-check";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { writeJwtSecret } from "../../../infra/clerk/jwtSecret";
import { rsaPair } from "./keyMaterial";
import { HOST, JWKS, KEY, MAP, NAMESPACE, PK, resolveIdentity, secretOf } from "./soundIdentity";

const rsa = rsaPair();

describe("jwtSecret of resolveIdentity", () => {
  const rows: [string, ShapedIdentity, unknown][] = [
    [
      "publishable key",
      { publishableKey: PK },
      { jwk_url: JWKS, claims_namespace: NAMESPACE, issuer: `https://${HOST}`, allowed_skew: 5 },
    ],
    [
      "proxy",
      { frontendApi: "https://my.vercel.app/__clerk" },
      {
        jwk_url: "https://my.vercel.app/__clerk/.well-known/jwks.json",
        claims_namespace: NAMESPACE,
        issuer: "https://my.vercel.app/__clerk",
        allowed_skew: 5,
      },
    ],
    [
      "own issuer",
      { publishableKey: PK, issuer: "https://www.example.com/__clerk" },
      {
        jwk_url: JWKS,
        claims_namespace: NAMESPACE,
        issuer: "https://www.example.com/__clerk",
        allowed_skew: 5,
      },
    ],
    [
      "JWKS of anyone",
      { jwksUrl: "https://i.example.com/k" },
      { jwk_url: "https://i.example.com/k", claims_namespace: NAMESPACE, allowed_skew: 5 },
    ],
    [
      "http JWKS for tests",
      { jwksUrl: "http://issuer.test/k", allowHttpJwks: true },
      { jwk_url: "http://issuer.test/k", claims_namespace: NAMESPACE, allowed_skew: 5 },
    ],
    [
      "HS256",
      { signingKey: { algorithm: "HS256", key: KEY }, allowedSkewSeconds: 0 },
      { type: "HS256", key: KEY, claims_namespace: NAMESPACE, allowed_skew: 0 },
    ],
    [
      "RS256",
      { signingKey: { algorithm: "RS256", key: rsa.publicKey } },
      { type: "RS256", key: rsa.publicKey, claims_namespace: NAMESPACE, allowed_skew: 5 },
    ],
    [
      "everything beside a namespace",
      {
        frontendApi: "clerk.example.com",
        unauthorizedRole: "anonymous",
        header: { type: "Cookie", name: "__session" },
        claimsFormat: "stringified_json",
        claimsNamespace: "hasura",
        audience: ["b", "a"],
        allowedRoles: ["user", "editor"],
      },
      {
        jwk_url: "https://clerk.example.com/.well-known/jwks.json",
        claims_namespace: "hasura",
        claims_format: "stringified_json",
        audience: ["b", "a"],
        issuer: "https://clerk.example.com",
        allowed_skew: 5,
        header: { type: "Cookie", name: "__session" },
      },
    ],
    [
      "path, one audience, header",
      {
        signingKey: { algorithm: "HS256", key: KEY },
        claimsNamespacePath: "$.a",
        audience: ["x"],
        header: { type: "CustomHeader", name: "x-token" },
      },
      {
        type: "HS256",
        key: KEY,
        claims_namespace_path: "$.a",
        audience: "x",
        allowed_skew: 5,
        header: { type: "CustomHeader", name: "x-token" },
      },
    ],
    [
      "claims map",
      { frontendApi: HOST, claimsMap: MAP },
      {
        jwk_url: JWKS,
        claims_map: {
          "x-hasura-allowed-roles": ["user"],
          "x-hasura-default-role": "user",
          "x-hasura-user-id": { path: "$.sub" },
        },
        issuer: `https://${HOST}`,
        allowed_skew: 5,
      },
    ],
    [
      "claims map filled from roles",
      {
        frontendApi: HOST,
        claimsMap: { "x-hasura-org-id": { path: "$.o.id", default: "" } },
        defaultRole: "editor",
        allowedRoles: ["viewer", "editor"],
      },
      {
        jwk_url: JWKS,
        claims_map: {
          "x-hasura-allowed-roles": ["viewer", "editor"],
          "x-hasura-default-role": "editor",
          "x-hasura-org-id": { path: "$.o.id", default: "" },
        },
        issuer: `https://${HOST}`,
        allowed_skew: 5,
      },
    ],
  ];
  for (const [what, input, expected] of rows) {
    it(what, () => {
      expect(secretOf(input, false)).to.equal(JSON.stringify(expected));
    });
  }

  it("leaves engine defaults out, whether set or implied", () => {
    const implied = secretOf({ publishableKey: PK });
    const set: ShapedIdentity = {
      publishableKey: PK,
      claimsNamespace: NAMESPACE,
      claimsFormat: "json",
      header: { type: "Authorization" },
      allowedSkewSeconds: 5,
      issuer: `https://${HOST}`,
    };
    expect(secretOf(set)).to.equal(implied);
  });

  const required: [name: string, input: ShapedIdentity, names: string[] | undefined][] = [
    ["of Clerk's issuer", { frontendApi: HOST }, ["issuer"]],
    ["of both", { frontendApi: HOST, audience: ["a", "b"] }, ["audience", "issuer"]],
    ["beside a claims map", { frontendApi: HOST, claimsMap: MAP }, ["issuer"]],
    [
      "of an audience alone",
      { signingKey: { algorithm: "HS256", key: KEY }, audience: ["a"] },
      ["audience"],
    ],
    ["of none that is compared", { jwksUrl: "https://i.example.com/k" }, undefined],
  ];
  for (const [name, input, names] of required) {
    it(`requires the claims ${name} where the engine can, and only there`, () => {
      const secret = (requireClaims: boolean) => JSON.parse(secretOf(input, requireClaims));
      expect(secret(true).extra_required_claims).to.deep.equal(names);
      expect(secret(false)).to.not.have.property("extra_required_claims");
    });
  }

  it("never varies with the order of settings or map entries", () => {
    const input: ShapedIdentity = {
      claimsMap: { ...MAP, "x-hasura-org-id": { path: "$.o.id", default: "none" } },
      frontendApi: HOST,
      audience: ["a", "b"],
      issuer: "https://i.example.com",
      header: { type: "Cookie", name: "c" },
      allowedSkewSeconds: 7,
    };
    const shuffled = <T extends object>(value: T) =>
      fc
        .shuffledSubarray(Object.entries(value), { minLength: Object.keys(value).length })
        .map((e) => Object.fromEntries(e));
    const expected = secretOf(input);
    fc.assert(
      fc.property(shuffled(input), shuffled(input.claimsMap ?? {}), (settings, claimsMap) => {
        expect(secretOf({ ...settings, claimsMap })).to.equal(expected);
      }),
    );
  });

  it("keeps what Hasura and Constellation both refuse out of every secret", () => {
    const settings: [string, unknown][] = [
      ["claimsFormat", "stringified_json"],
      ["claimsNamespace", "a"],
      ["claimsNamespacePath", "$.a"],
      ["claimsMap", MAP],
      ["audience", ["a", "b"]],
    ];
    const arbitrary = fc.subarray(settings).map((entries) => Object.fromEntries(entries));
    const source = fc.constantFrom<ShapedIdentity>(
      { publishableKey: PK },
      { jwksUrl: "https://i.example.com/k" },
      { signingKey: { algorithm: "HS256", key: KEY } },
    );
    let sound = 0;
    fc.assert(
      fc.property(source, arbitrary, (key, rest) => {
        const { value } = resolveIdentity({ ...key, ...rest });
        if (value === undefined) return;
        sound += 1;
        const secret = JSON.parse(writeJwtSecret(value, true));
        expect("jwk_url" in secret).to.equal(!("key" in secret));
        expect("type" in secret).to.equal("key" in secret);
        const places = ["claims_namespace", "claims_namespace_path", "claims_map"];
        expect(places.filter((name) => name in secret)).to.have.length(1);
        expect("claims_map" in secret && "claims_format" in secret).to.equal(false);
      }),
      { numRuns: 1000 },
    );
    expect(sound).to.be.greaterThan(50);
  });
});
