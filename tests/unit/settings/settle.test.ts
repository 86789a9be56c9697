import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  type ClerkHasuraArgs,
  type HasuraClaimsArgs,
  type IdentityArgs,
  Preset,
} from "../../../infra";
import { DEVELOPMENT_ISSUER, settleIdentity } from "../../../infra/settings/identity";
import { engineSettings, type Settings, settle } from "../../../infra/settings/settle";
import { ProblemList } from "../../../infra/validation/problems";
import { production } from "../../support/recordGraph";

const HOST = "clerk.example.com";
const PK = `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`;
const SECRET_KEY = "sk_live_abc123";
const NAMESPACE = "https://hasura.io/jwt/claims";

function settled(args: ClerkHasuraArgs): Settings {
  const { settings, problems } = settle(args);
  expect(problems).to.equal(undefined);
  if (settings === undefined) throw new Error("refused");
  return settings;
}

const shapeOf = (identity: IdentityArgs, more: Partial<ClerkHasuraArgs> = {}) =>
  settled(production({ identity, ...more })).identity?.tokenShape;

/** The namespaced claims of the template beside an identity. */
function claimsOf(identity: IdentityArgs, claims?: HasuraClaimsArgs): Record<string, unknown> {
  const template = { secretKey: SECRET_KEY, ...(claims && { claims }) };
  const args = production({ identity: { publishableKey: PK, ...identity }, template });
  return settled(args).template?.claims ?? {};
}

describe("settle", () => {
  it("leaves nothing open that has a default", () => {
    const { hasura, postgres, ...rest } = settled({ preset: Preset.Development });
    expect(hasura).to.include({ image: "hasura/graphql-engine:v2.50.10", port: 8080, cpus: 1 });
    expect(hasura).to.deep.include({ corsDomains: ["*"], console: true, requireClaims: true });
    expect(postgres).to.include({ majorVersion: 17, port: 5432, protectData: true });
    expect(postgres).to.deep.include({ adopt: [], extensions: [], collation: "C" });
    expect(rest).to.include({ keyMaker: "stack", probe: false, suspended: false });
  });

  it("takes an external server's settings for the engine, unless it says otherwise", () => {
    const external = { host: "db.example.com", port: 6432, user: "owner", password: "x" };
    const preset = Preset.Development;
    expect(settled({ preset, postgres: { external } }).postgres.external).to.deep.equal({
      host: "db.example.com",
      engineHost: "db.example.com",
      port: 6432,
      enginePort: 6432,
      user: "owner",
      database: "postgres",
      sslMode: "verify-full",
      superuser: false,
    });
  });

  it("checks what is known beside Outputs, and leaves these for later", () => {
    const key = pulumi.secret("k".repeat(40));
    const identity: IdentityArgs = { signingKey: { algorithm: "HS256", key }, issuer: "a b" };
    const hasura = { corsDomains: [pulumi.output("https://app.example.com")], port: 0 };
    const { problems = [] } = settle({ identity, hasura });
    expect(problems.map(({ path }) => path)).to.have.members(["identity.issuer", "hasura.port"]);
    const { identity: open } = settled(production({ identity: { ...identity, issuer: "a" } }));
    expect(open).to.equal(undefined);
  });

  it("leaves what production refuses to the functions that settle an Output once it is known", () => {
    const stage = { preset: Preset.Production, allowed: [] };
    const late = { console: pulumi.output(true), corsDomains: pulumi.output([]) };
    expect(settle({ identity: { frontendApi: HOST }, hasura: late }).problems).to.equal(undefined);
    const problems = new ProblemList();
    engineSettings({ console: true, corsDomains: [] }, stage, problems);
    const key = `pk_test_${Buffer.from(`${HOST}$`).toString("base64")}`;
    settleIdentity({ identity: { publishableKey: key } }, stage, problems);
    expect(problems.list().map(({ path }) => path)).to.deep.equal([
      "hasura.console",
      "identity.publishableKey",
    ]);
  });

  it("refuses two ports alike, which two stacks on one host would not share either", () => {
    const { problems } = settle({ preset: Preset.Development, postgres: { port: 8080 } });
    expect(problems?.map(({ path }) => path)).to.deep.equal(["postgres.port"]);
  });

  it("names the issuer of a stack that makes its own key", () => {
    const { keyMaker } = settled({ preset: Preset.Development, identity: { defaultRole: "a" } });
    expect(keyMaker).to.equal("stack");
    expect(DEVELOPMENT_ISSUER).to.match(/\.invalid$/);
  });
});

describe("tokens that a stack reads unless told otherwise", () => {
  it("are session tokens, where a publishable key or a Frontend API is all that is said", () => {
    expect(shapeOf({ publishableKey: PK })).to.have.property("claimsMap");
    expect(shapeOf({ frontendApi: HOST, defaultRole: "member" })).to.have.property("claimsMap");
  });

  const template: [what: string, identity: IdentityArgs, more?: Partial<ClerkHasuraArgs>][] = [
    ["a namespace", { publishableKey: PK, claimsNamespace: "a" }],
    [
      "a signing key",
      { frontendApi: HOST, signingKey: { algorithm: "HS256", key: "k".repeat(40) } },
    ],
    ["a template", { publishableKey: PK }, { template: { secretKey: SECRET_KEY } }],
    ["another issuer", { jwksUrl: "https://issuer.example.com/jwks" }],
  ];
  for (const [what, identity, more] of template) {
    it(`are a template's with ${what}`, () => {
      expect(shapeOf(identity, more)).to.have.property("claimsPath");
    });
  }
});

describe("a template's claims", () => {
  it("agree with the identity", () => {
    const claims = claimsOf({
      defaultRole: "member",
      allowedRoles: ["member", "editor"],
      audience: ["api"],
    });
    expect(claims).to.deep.equal({
      aud: "api",
      [NAMESPACE]: {
        "x-hasura-default-role": "member",
        "x-hasura-allowed-roles": ["member", "editor"],
        "x-hasura-user-id": "{{user.id}}",
      },
    });
  });

  it("are where the identity looks for them", () => {
    expect(Object.keys(claimsOf({ claimsNamespace: "claims" }))).to.deep.equal(["claims"]);
    const path = { claimsNamespacePath: `$['${NAMESPACE}']` };
    expect(Object.keys(claimsOf(path))).to.deep.equal([NAMESPACE]);
    const claimsMap = { "x-hasura-user-id": { path: "$.sub" } };
    expect(claimsOf({ claimsMap, defaultRole: "user" })).to.have.property(NAMESPACE);
  });

  const rows: [what: string, IdentityArgs, HasuraClaimsArgs, expected: object][] = [
    [
      "let the template have the last word",
      {},
      { defaultRoleFrom: "user.public_metadata.role", organization: true },
      {
        "x-hasura-default-role": "{{user.public_metadata.role || 'user'}}",
        "x-hasura-org-id": "{{org.id || ''}}",
      },
    ],
    [
      "fall back to the identity's role beside roles from metadata, and hand out no other",
      { defaultRole: "member", allowedRoles: ["member", "editor"] },
      { defaultRoleFrom: "user.public_metadata.role" },
      {
        "x-hasura-default-role": "{{user.public_metadata.role || 'member'}}",
        "x-hasura-allowed-roles": ["{{user.public_metadata.role || 'member'}}"],
      },
    ],
    [
      "fall back to the role that the identity comes to, where its list has but one",
      { allowedRoles: ["editor"] },
      { defaultRoleFrom: "user.public_metadata.role" },
      { "x-hasura-default-role": "{{user.public_metadata.role || 'editor'}}" },
    ],
    [
      "leave the role to the template's own list of roles",
      { allowedRoles: ["editor"] },
      { allowedRoles: ["writer"] },
      { "x-hasura-default-role": "writer", "x-hasura-allowed-roles": ["writer"] },
    ],
  ];
  for (const [what, identity, claims, expected] of rows) {
    it(what, () => {
      expect(claimsOf(identity, claims)[NAMESPACE]).to.deep.include(expected);
    });
  }
});
