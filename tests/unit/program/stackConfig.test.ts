import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type ProgramConfig, readConfig } from "../../../infra/program/stackConfig";
import { configOf } from "../../support/stackSettings";

const HOST = "clerk.example.com";
const PK = `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`;
const SK = "sk_live_abc123";
const NAMESPACE = "https://hasura.io/jwt/claims";

/** Reads settings beside what every stack has to say: its origins in production, otherwise that it is none. */
async function read(config: Record<string, unknown>): Promise<ProgramConfig> {
  const stack =
    "identity.publishableKey" in config
      ? { "hasura.corsDomains": "[]" }
      : { preset: "development" };
  const named = Object.entries(configOf({ ...stack, ...config })).map(([key, value]) => [
    `shop:${key}`,
    value,
  ]);
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, "shop", "test");
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  try {
    return readConfig();
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

const claimsOf = async (config: Record<string, unknown>) =>
  (await read(config)).args.identity.claims;

/** The namespaced claims of the template that a configuration asks for. */
async function templateOf(config: Record<string, unknown>) {
  const { template } = await read({
    "identity.publishableKey": PK,
    "template.secretKey": SK,
    ...config,
  });
  return { template, claims: template?.settings.claims ?? {} };
}

describe("configuration of the program", () => {
  it("reads session tokens where a publishable key or a Frontend API is all that is said", async () => {
    expect(await claimsOf({ "identity.publishableKey": PK })).to.equal("session-token");
    expect(
      await claimsOf({ "identity.frontendApi": HOST, "identity.defaultRole": "member" }),
    ).to.equal("session-token");
  });

  for (const [what, config] of [
    ["a namespace", { "identity.claimsNamespace": "a" }],
    [
      "a claims map",
      {
        "identity.claimsMap": '{"x-hasura-user-id":{"path":"$.sub"}}',
        "identity.defaultRole": "user",
      },
    ],
    [
      "a signing key",
      { "identity.signingKey.algorithm": "HS256", "identity.signingKey.key": "k".repeat(40) },
    ],
    ["a template of its own", { "template.secretKey": SK }],
  ] as [string, Record<string, unknown>][]) {
    it(`leaves the claims alone beside ${what}`, async () => {
      expect(await claimsOf({ "identity.publishableKey": PK, ...config })).to.equal(undefined);
    });
  }

  it("leaves the claims alone where another issuer signs, or nobody does", async () => {
    expect(await claimsOf({ "identity.jwksUrl": "https://issuer.example.com/jwks" })).to.equal(
      undefined,
    );
    expect(await claimsOf({})).to.equal(undefined);
  });

  it("looks after no template without a secret key", async () => {
    expect(await read({ "identity.publishableKey": PK })).to.not.have.property("template");
  });

  it("makes claims that agree with the identity", async () => {
    const { template, claims } = await templateOf({
      "identity.defaultRole": "member",
      "identity.allowedRoles": ["member", "editor"],
      "identity.audience": ["api"],
    });
    expect(claims).to.deep.equal({
      aud: "api",
      [NAMESPACE]: {
        "x-hasura-default-role": "member",
        "x-hasura-allowed-roles": ["member", "editor"],
        "x-hasura-user-id": "{{user.id}}",
      },
    });
    expect(template?.settings).to.include({ secretKey: SK, preset: "production" });
    expect(template).to.not.have.property("key");
  });

  it("puts the claims where the identity looks for them", async () => {
    const { claims } = await templateOf({ "identity.claimsNamespace": "claims" });
    expect(Object.keys(claims)).to.deep.equal(["claims"]);
  });

  it("takes a path that leads to the template's claims, and leaves a claims map alone", async () => {
    const path = { "identity.claimsNamespacePath": `$['${NAMESPACE}']` };
    expect(Object.keys((await templateOf(path)).claims)).to.deep.equal([NAMESPACE]);
    const map = {
      "identity.claimsMap": '{"x-hasura-user-id":{"path":"$.sub"}}',
      "identity.defaultRole": "user",
    };
    expect((await templateOf(map)).template).to.not.equal(undefined);
  });

  it("lets the template's own settings have the last word", async () => {
    const settings = { defaultRoleFrom: "user.public_metadata.role", organization: true };
    const { claims } = await templateOf({ "template.claims": JSON.stringify(settings) });
    expect((claims as Record<string, object>)[NAMESPACE]).to.deep.include({
      "x-hasura-default-role": "{{user.public_metadata.role || 'user'}}",
      "x-hasura-org-id": "{{org.id || ''}}",
    });
  });

  it("falls back to the configured role beside roles from metadata, and hands out no other", async () => {
    const { claims } = await templateOf({
      "identity.defaultRole": "member",
      "identity.allowedRoles": ["member", "editor"],
      "template.claims": '{"defaultRoleFrom":"user.public_metadata.role"}',
    });
    const role = "{{user.public_metadata.role || 'member'}}";
    expect((claims as Record<string, object>)[NAMESPACE]).to.deep.include({
      "x-hasura-default-role": role,
      "x-hasura-allowed-roles": [role],
    });
  });

  it("falls back to the role that the identity comes to, where its list has but one", async () => {
    const templateClaims = '{"defaultRoleFrom":"user.public_metadata.role"}';
    const { claims } = await templateOf({
      "identity.allowedRoles": ["editor"],
      "template.claims": templateClaims,
    });
    const role = "{{user.public_metadata.role || 'editor'}}";
    expect((claims as Record<string, object>)[NAMESPACE]).to.deep.include({
      "x-hasura-default-role": role,
      "x-hasura-allowed-roles": [role],
    });
  });

  it("leaves the role to the template's own list of roles", async () => {
    const { claims } = await templateOf({
      "identity.allowedRoles": ["editor"],
      "template.claims": '{"allowedRoles":["writer"]}',
    });
    expect((claims as Record<string, object>)[NAMESPACE]).to.deep.include({
      "x-hasura-default-role": "writer",
      "x-hasura-allowed-roles": ["writer"],
    });
  });

  it("plans a key for both sides", async () => {
    const { template } = await templateOf({
      "template.signingKey.algorithm": "RS256",
      "template.signingKey.rotation": "2026-11",
    });
    expect(template?.key).to.deep.equal({ algorithm: "RS256", rotation: "2026-11" });
  });
});
