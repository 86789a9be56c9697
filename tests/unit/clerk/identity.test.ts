import { expect } from "chai";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { resolveIdentity } from "./resolveIdentity";
import { HOST, JWKS, KEY, MAP, NAMESPACE, PK } from "./soundIdentity";

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
