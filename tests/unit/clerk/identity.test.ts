import { expect } from "chai";
import fc from "fast-check";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { rsaPair } from "./keyMaterial";
import { HOST, JWKS, KEY, MAP, NAMESPACE, PK, resolveIdentity, untyped } from "./soundIdentity";

describe("resolveIdentity", () => {
  it("knows host, instance, key set and issuer from a publishable key", () => {
    expect(resolveIdentity({ publishableKey: PK }).value).to.deep.equal({
      source: "publishableKey",
      key: { jwksUrl: JWKS },
      claims: { place: { namespace: NAMESPACE, steps: [NAMESPACE], format: "json" } },
      allowedSkewSeconds: 5,
      header: { type: "Authorization" },
      jwksUrl: JWKS,
      issuer: `https://${HOST}`,
      frontendApi: HOST,
      instance: "development",
      publishableKey: PK,
      tokenShape: {
        claimsNamespace: NAMESPACE,
        claimsPath: [NAMESPACE],
        claimsFormat: "json",
        header: { type: "Authorization" },
        defaultRole: "user",
        allowedRoles: ["user"],
      },
    });
  });

  it("describes tokens without the key that signs them", () => {
    const { value } = resolveIdentity({
      signingKey: { algorithm: "HS256", key: KEY },
      claimsNamespacePath: '$.a["b c"]',
      claimsFormat: "stringified_json",
      audience: ["x"],
      unauthorizedRole: "anonymous",
      allowedRoles: ["user", "editor"],
    });
    expect(value?.unauthorizedRole).to.equal("anonymous");
    expect(value?.jwksUrl).to.equal(undefined);
    expect(value?.issuer).to.equal(undefined);
    expect(value?.tokenShape).to.deep.equal({
      claimsNamespacePath: '$.a["b c"]',
      claimsPath: ["a", "b c"],
      claimsFormat: "stringified_json",
      audience: ["x"],
      header: { type: "Authorization" },
      defaultRole: "user",
      allowedRoles: ["user", "editor"],
    });
    expect(JSON.stringify(value?.tokenShape)).not.to.contain(KEY);
  });

  it("takes a token's roles from the map where it states them", () => {
    const shape = (claimsMap: ShapedIdentity["claimsMap"], more: ShapedIdentity = {}) =>
      resolveIdentity({ frontendApi: HOST, claimsMap, ...more }).value?.tokenShape;
    expect(shape(MAP)).to.include({ defaultRole: "user" });
    const open = {
      "x-hasura-default-role": { path: "$.role" },
      "x-hasura-allowed-roles": { path: "$.roles" },
    };
    expect(shape(open)).to.have.all.keys("claimsFormat", "claimsMap", "header");
    expect(shape(open, { allowedRoles: ["a", "b"] })).to.deep.include({
      defaultRole: "a",
      allowedRoles: ["a", "b"],
    });
    const literal = { ...open, "x-hasura-default-role": { literal: "editor" } };
    expect(shape(literal, { allowedRoles: ["viewer", "editor"] })).to.deep.include({
      defaultRole: "editor",
    });
  });
});

const rsa = rsaPair();

describe("problems of resolveIdentity", () => {
  it("reports the problems of every setting in one call", () => {
    const paths = resolveIdentity({
      publishableKey: "sk_test_x",
      jwksUrl: "http://x",
      signingKey: { algorithm: "XX", key: "" },
      issuer: "a b",
      audience: [],
      allowedSkewSeconds: -1,
      claimsFormat: "x",
      claimsNamespace: "",
      claimsNamespacePath: "$$",
      header: { type: "x" },
      defaultRole: "admin",
      allowedRoles: [],
      unauthorizedRole: "",
    }).problems?.map(({ path }) => path.replace("identity.", ""));
    expect(paths).to.have.members([
      "identity",
      "publishableKey",
      "jwksUrl",
      "signingKey.algorithm",
      "signingKey.key",
      "issuer",
      "audience",
      "allowedSkewSeconds",
      "claimsFormat",
      "claimsNamespace",
      "claimsNamespacePath",
      "claimsNamespacePath",
      "header.type",
      "defaultRole",
      "allowedRoles",
      "unauthorizedRole",
    ]);
  });

  it("never echoes a secret, whichever setting it was pasted into", () => {
    const secret = fc.oneof(
      fc
        .stringMatching(/^[A-Za-z0-9]{40}$/)
        .map((tail) => ({ text: `sk_live_${tail}`, canary: tail })),
      fc.stringMatching(/^[A-Za-z0-9+/]{44}$/).map((text) => ({ text, canary: text })),
      fc.stringMatching(/^[a-f0-9]{64}$/).map((text) => ({ text, canary: text })),
      fc.constant({ text: rsa.privateKey, canary: rsa.privateKey.slice(40, 60) }),
    );
    const place = fc.constantFrom<(text: string) => unknown>(
      (text) => ({ publishableKey: text }),
      (text) => ({ frontendApi: text }),
      (text) => ({ frontendApi: `https://u:${text}@clerk.example.com` }),
      (text) => ({ jwksUrl: text }),
      (text) => ({ jwksUrl: `https://u:${text}@i.example.com/k` }),
      (text) => ({ signingKey: { algorithm: text, key: text } }),
      (text) => ({ signingKey: { algorithm: "RS256", key: text } }),
      (text) => ({ signingKey: text }),
      (text) => ({ jwksUrl: JWKS, issuer: `${text}/.well-known/jwks.json` }),
      (text) => ({ jwksUrl: JWKS, audience: [text, text] }),
      (text) => ({ jwksUrl: JWKS, claimsFormat: text }),
      (text) => ({ jwksUrl: JWKS, claimsNamespacePath: `${text}*` }),
      (text) => ({ jwksUrl: JWKS, header: { type: text } }),
      (text) => ({ jwksUrl: JWKS, header: { type: "Cookie", name: `${text}:` } }),
      (text) => ({ jwksUrl: JWKS, claimsMap: { [text]: { path: text } } }),
      (text) => ({ jwksUrl: JWKS, defaultRole: text, allowedRoles: ["a"] }),
      (text) => ({ jwksUrl: JWKS, allowedRoles: [text, text] }),
      (text) => ({ jwksUrl: JWKS, [text]: "x" }),
    );
    fc.assert(
      fc.property(place, secret, (build, { text, canary }) => {
        const { problems } = untyped(build(text));
        expect(problems?.length).to.be.greaterThan(0);
        expect(JSON.stringify(problems).toLowerCase()).not.to.contain(canary.toLowerCase());
        for (const { reason, path } of problems ?? []) expect(path + reason).not.to.match(/[\r\n]/);
      }),
      { numRuns: 1000 },
    );
  });

  it("answers anything at all without throwing", () => {
    const fields = [
      "publishableKey",
      "frontendApi",
      "jwksUrl",
      "signingKey",
      "claimsMap",
      "header",
      "audience",
      "allowedRoles",
      "issuer",
    ];
    fc.assert(
      fc.property(
        fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...fields), fc.anything())),
        (input) => {
          const { value, problems } = untyped(input);
          expect((value === undefined) !== (problems === undefined)).to.equal(true);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
