import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, Preset, SigningAlgorithm } from "../../infra";
import { settle } from "../../infra/settings/settle";
import { recordGraph } from "../support/recordGraph";
import { type InputRow, treeOf } from "../support/stackSettings";
import { ACCEPTED } from "./acceptedInput";
import { DATABASE_ROWS } from "./badInputDatabases";
import { ENGINE_ROWS } from "./badInputEngine";
import { IDENTITY_ROWS } from "./badInputIdentity";
import { TEMPLATE_ROWS } from "./badInputTemplate";

const CANARY = "canary-Zx81-never-print-me";
const GOOD_KEY = "k".repeat(40);

/** Settings, and the start of the one line that they must give. */
type Row = [settings: InputRow, line: string];

const fapi = { "identity.frontendApi": "clerk.example.com" };
const publishable = (text: string) => `pk_test_${Buffer.from(text).toString("base64")}`;

const external = {
  "postgres.external.host": "db",
  "postgres.external.user": "a",
  "postgres.external.password": "b",
};

const ROWS: Row[] = [
  [
    { ...external, "postgres.external.password": undefined },
    "postgres.external.password: is missing",
  ],
  [{ ...external, "postgres.external.user": undefined }, "postgres.external.user: is missing"],
  [{ "identity.publishableKey": "pk_test_" }, "identity.publishableKey:"],
  [{ "identity.publishableKey": "pk_prod_Y2xlcmsuZXhhbXBsZS5jb20k" }, "identity.publishableKey:"],
  [{ "identity.publishableKey": `sk_test_${CANARY}` }, "identity.publishableKey:"],
  [{ "identity.publishableKey": publishable("clerk.example.com") }, "identity.publishableKey:"],
  [{ "identity.publishableKey": publishable("localhost$") }, "identity.publishableKey:"],
  [
    { "identity.publishableKey": `${publishable("clerk.example.com$")}_x` },
    "identity.publishableKey:",
  ],
  [{ "identity.frontendApi": "http://clerk.example.com" }, "identity.frontendApi:"],
  [
    { "identity.frontendApi": "https://clerk.example.com/.well-known/jwks.json" },
    "identity.frontendApi:",
  ],
  [{ "identity.frontendApi": "clerk example.com" }, "identity.frontendApi:"],
  [{ "identity.frontendApi": publishable("clerk.example.com$") }, "identity.frontendApi:"],
  [{ "identity.frontendApi": "api.clerk.com" }, "identity.frontendApi:"],
  [{ "identity.jwksUrl": "http://issuer.example.com/jwks.json" }, "identity.jwksUrl:"],
  [{ "identity.jwksUrl": "https://api.clerk.com/v1/jwks" }, "identity.jwksUrl:"],
  [{ "identity.jwksUrl": "not a url" }, "identity.jwksUrl:"],
  [{ ...fapi, "identity.jwksUrl": "https://issuer.example.com/jwks.json" }, "identity:"],
  [{ "identity.signingKey.key": CANARY }, "identity.signingKey"],
  [
    { "identity.signingKey.key": CANARY, "identity.signingKey.algorithm": "HS256" },
    "identity.signingKey",
  ],
  [
    { "identity.signingKey.key": GOOD_KEY, "identity.signingKey.algorithm": "HS384" },
    "identity.signingKey",
  ],
  [
    { "identity.signingKey.key": GOOD_KEY, "identity.signingKey.algorithm": "PS256" },
    "identity.signingKey",
  ],
  [
    { "identity.signingKey.key": GOOD_KEY, "identity.signingKey.algorithm": "RS256" },
    "identity.signingKey",
  ],
  [
    { ...fapi, "identity.issuer": "https://clerk.example.com/.well-known/jwks.json" },
    "identity.issuer:",
  ],
  [{ ...fapi, "identity.audience": ["http://[broken"] }, "identity.audience"],
  [{ ...fapi, "identity.allowedSkewSeconds": -1 }, "identity.allowedSkewSeconds:"],
  [{ ...fapi, "identity.allowedSkewSeconds": "soon" }, "identity.allowedSkewSeconds:"],
  [
    { ...fapi, "identity.claimsNamespace": "a", "identity.claimsNamespacePath": "$.a" },
    "identity.claimsNamespace",
  ],
  [{ ...fapi, "identity.claimsNamespacePath": "$..a" }, "identity.claimsNamespacePath:"],
  [{ ...fapi, "identity.claimsFormat": "yaml" }, "identity.claimsFormat:"],
  [
    {
      ...fapi,
      "identity.allowedRoles": ["user"],
      "identity.defaultRole": "user",
      "identity.claimsMap": { "X-Hasura-User-Id": { path: "$.sub" } },
    },
    "identity.claimsMap",
  ],
  [
    { ...fapi, "identity.defaultRole": "user", "identity.claimsMap": { "x-hasura-user-id": {} } },
    "identity.claimsMap",
  ],
  [{ ...fapi, "identity.header.type": "Query" }, "identity.header"],
  [{ ...fapi, "identity.header.type": "Cookie" }, "identity.header"],
  [{ ...fapi, "identity.allowedRoles": ["user", "admin"] }, "identity.allowedRoles"],
  [{ ...fapi, "identity.allowedRoles": [] }, "identity.allowedRoles"],
  [
    { ...fapi, "identity.defaultRole": "editor", "identity.allowedRoles": ["user"] },
    "identity.defaultRole",
  ],
  [{ ...fapi, "identity.unauthorizedRole": "admin" }, "identity.unauthorizedRole:"],
  [{ "hasura.image": "hasura/graphql-engine" }, "hasura.image:"],
  [{ "hasura.image": "hasura/graphql-engine:latest" }, "hasura.image:"],
  [{ "hasura.image": "Not An Image" }, "hasura.image:"],
  [{ "hasura.port": 0 }, "hasura.port:"],
  [{ "hasura.port": 99999 }, "hasura.port:"],
  [{ "hasura.port": "eighty" }, "hasura.port:"],
  [{ "hasura.bindAddress": "everywhere" }, "hasura.bindAddress:"],
  [{ "hasura.adminSecret": CANARY }, "hasura.adminSecret:"],
  [{ "hasura.adminSecret": `${CANARY} with spaces in it and more` }, "hasura.adminSecret:"],
  [{ preset: "staging" }, "preset:"],
  [{ "hasura.console": "yes" }, "hasura.console:"],
  [
    {
      "hasura.corsDomains": ["*"],
      "identity.frontendApi": "clerk.example.com",
      preset: "production",
    },
    "hasura.corsDomains:",
  ],
  [
    { "hasura.corsDomains": ["*", "https://app.example.com"], preset: "development" },
    "hasura.corsDomains:",
  ],
  [{ "hasura.corsDomains": ["https://app.example.com/path"] }, "hasura.corsDomains:"],
  [{ "hasura.enabledApis": ["graphql", "rest"] }, "hasura.enabledApis:"],
  [{ "hasura.logTypes": ["everything"] }, "hasura.logTypes:"],
  [
    { "hasura.env": { HASURA_GRAPHQL_ADMIN_SECRET: "x" } },
    "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET:",
  ],
  [{ "hasura.env": { "1BAD": "x" } }, "hasura.env.1BAD:"],
  [{ "hasura.env": CANARY }, "hasura.env:"],
  [{ "hasura.memoryMb": 16 }, "hasura.memoryMb:"],
  [{ "hasura.graceSeconds": 5 }, "hasura.graceSeconds:"],
  [{ "hasura.networks": ["host"] }, "hasura.networks:"],
  [{ "hasura.caCertificates": ["nonsense"] }, "hasura.caCertificates[0]:"],
  [{ "postgres.image": "postgres:16" }, "postgres.majorVersion:"],
  [{ "postgres.majorVersion": 9 }, "postgres.majorVersion:"],
  [{ "postgres.majorVersion": 15.4 }, "postgres.majorVersion:"],
  [{ "postgres.port": 8080 }, "postgres.port:"],
  [{ "postgres.metadataDatabase": "postgres" }, "postgres.metadataDatabase:"],
  [{ "postgres.applicationDatabase": "Bad Name" }, "postgres.applicationDatabase:"],
  [{ "postgres.applicationDatabase": "hasura_metadata" }, "postgres.applicationDatabase:"],
  [{ "postgres.engineRole": "postgres" }, "postgres.engineRole:"],
  [{ "postgres.parameters": { listen_addresses: "*" } }, "postgres.parameters.listen_addresses:"],
  [{ "postgres.parameters": { "max connections": "5" } }, "postgres.parameters.max connections:"],
  [{ "postgres.graceSeconds": 10 }, "postgres.graceSeconds:"],
  [{ "postgres.shmSizeMb": 1 }, "postgres.shmSizeMb:"],
  [
    { "postgres.external.host": "db.example.com/app", "postgres.external.user": "a" },
    "postgres.external.host:",
  ],
  [{ ...external, "postgres.external.sslMode": "perhaps" }, "postgres.external.sslMode:"],
  [{ ...external, "postgres.external.password": "" }, "postgres.external.password:"],
  [{ "postgres.protectData": "maybe" }, "postgres.protectData:"],
  [{ publishablekey: "x" }, 'arguments: has the unknown field "publishablekey"'],
  ...IDENTITY_ROWS,
  ...TEMPLATE_ROWS,
  ...ENGINE_ROWS,
  ...DATABASE_ROWS,
];

/** What is said of settings beside those that every stack has: its origins in production, otherwise that it is none. */
function told(settings: InputRow): string[] {
  const stack =
    "template.secretKey" in settings ? { "hasura.corsDomains": [] } : { preset: "development" };
  const { problems = [] } = settle(treeOf({ ...stack, ...settings }));
  return problems.map(({ path, reason }) => `${path}: ${reason}`);
}

describe("bad input", () => {
  for (const [settings, line] of ROWS) {
    it(`${JSON.stringify(settings).slice(0, 90)} gives one clear line`, () => {
      const lines = told(settings);
      expect(lines, lines.join("\n")).to.have.length(1);
      expect(lines[0]).to.satisfy((text: string) => text.startsWith(line), `${lines[0]}`);
      expect(lines[0])
        .to.not.match(/canary|[\r\n]/i)
        .and.not.contain(GOOD_KEY);
    });
  }

  it("has no two rows alike", () => {
    const texts = ROWS.map(([settings]) => JSON.stringify(settings));
    expect(new Set(texts).size).to.equal(texts.length);
  });

  it("expects more than the path where two of Clerk's rows have the same", () => {
    const bare = [...IDENTITY_ROWS, ...TEMPLATE_ROWS]
      .map(([, line]) => line)
      .filter((line) => /^[\w.]+:?$/.test(line));
    expect(new Set(bare).size).to.equal(bare.length);
  });

  for (const settings of ACCEPTED) {
    it(`${JSON.stringify(settings).slice(0, 90)} is accepted`, () => {
      expect(told(settings)).to.deep.equal([]);
    });
  }

  it("accepts a development stack that says nothing else", () => {
    expect(told({})).to.deep.equal([]);
  });

  it("reports all problems of one call together", () => {
    const lines = told({
      "identity.frontendApi": "http://clerk.example.com",
      "hasura.port": 0,
      "postgres.shmSizeMb": 1,
      "postgres.protectData": "maybe",
    });
    expect(lines).to.have.length(4);
  });

  it("refuses bad arguments of the component before any resource is registered", async () => {
    const args: ClerkHasuraArgs = {
      preset: Preset.Development,
      identity: { signingKey: { algorithm: SigningAlgorithm.HS256, key: CANARY } },
      hasura: { port: 70000 },
      postgres: { engineRole: "postgres" },
    };
    let message = "";
    const graph = await recordGraph(() => {
      try {
        new ClerkHasura("api", args);
      } catch (error) {
        if (pulumi.RunError.isInstance(error)) message = error.message;
      }
    });
    expect(graph).to.deep.equal([]);
    expect(message).to.match(/^ClerkHasura "api" cannot be built \(3 problems\):\n/);
    expect(message).to.not.contain(CANARY);
  });
});
