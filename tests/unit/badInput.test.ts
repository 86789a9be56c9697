import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, Preset, SigningAlgorithm } from "../../infra";
import { settle } from "../../infra/settings/settle";
import { recordGraph } from "../support/recordGraph";
import { type InputRow, treeOf } from "../support/stackSettings";
import { ACCEPTED } from "./acceptedInput";
import { DATABASE_ROWS } from "./badInputDatabases";
import { TEMPLATE_ROWS } from "./badInputTemplate";

const CANARY = "canary-Zx81-never-print-me";
const GOOD_KEY = "k".repeat(40);

/** Settings, and the start of the one line that they must give. */
type Row = [settings: InputRow, line: string];

const fapi = { "identity.frontendApi": "clerk.example.com" };

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
  [{ "identity.frontendApi": "http://clerk.example.com" }, "identity.frontendApi:"],
  [{ "identity.jwksUrl": "http://issuer.example.com/jwks.json" }, "identity.jwksUrl:"],
  [{ ...fapi, "identity.jwksUrl": "https://issuer.example.com/jwks.json" }, "identity:"],
  [{ "identity.signingKey.key": CANARY }, "identity.signingKey"],
  [
    { "identity.signingKey.key": CANARY, "identity.signingKey.algorithm": "HS256" },
    "identity.signingKey",
  ],
  [
    { ...fapi, "identity.issuer": "https://clerk.example.com/.well-known/jwks.json" },
    "identity.issuer:",
  ],
  [{ ...fapi, "identity.audience": ["http://[broken"] }, "identity.audience"],
  [{ ...fapi, "identity.allowedSkewSeconds": -1 }, "identity.allowedSkewSeconds:"],
  [
    { ...fapi, "identity.claimsNamespace": "a", "identity.claimsNamespacePath": "$.a" },
    "identity.claimsNamespace",
  ],
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
  [{ ...fapi, "identity.header.type": "Query" }, "identity.header"],
  [{ ...fapi, "identity.header.type": "Cookie" }, "identity.header"],
  [{ ...fapi, "identity.allowedRoles": ["user", "admin"] }, "identity.allowedRoles"],
  [
    { ...fapi, "identity.defaultRole": "editor", "identity.allowedRoles": ["user"] },
    "identity.defaultRole",
  ],
  [{ ...fapi, "identity.unauthorizedRole": "admin" }, "identity.unauthorizedRole:"],
  [{ "hasura.image": "hasura/graphql-engine" }, "hasura.image:"],
  [{ "hasura.port": 0 }, "hasura.port:"],
  [{ "hasura.port": "eighty" }, "hasura.port:"],
  [{ "hasura.bindAddress": "everywhere" }, "hasura.bindAddress:"],
  [{ "hasura.adminSecret": CANARY }, "hasura.adminSecret:"],
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
  [{ "hasura.enabledApis": ["graphql", "rest"] }, "hasura.enabledApis:"],
  [{ "hasura.logTypes": ["everything"] }, "hasura.logTypes:"],
  [
    { "hasura.env": { HASURA_GRAPHQL_ADMIN_SECRET: "x" } },
    "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET:",
  ],
  [{ "hasura.memoryMb": 16 }, "hasura.memoryMb:"],
  [{ "hasura.graceSeconds": 5 }, "hasura.graceSeconds:"],
  [{ "hasura.networks": ["host"] }, "hasura.networks:"],
  [{ "hasura.caCertificates": ["nonsense"] }, "hasura.caCertificates[0]:"],
  [{ "postgres.image": "postgres:16" }, "postgres.majorVersion:"],
  [{ "postgres.majorVersion": 15.4 }, "postgres.majorVersion:"],
  [{ "postgres.port": 8080 }, "postgres.port:"],
  [{ "postgres.metadataDatabase": "postgres" }, "postgres.metadataDatabase:"],
  [{ "postgres.applicationDatabase": "Bad Name" }, "postgres.applicationDatabase:"],
  [{ "postgres.engineRole": "postgres" }, "postgres.engineRole:"],
  [{ "postgres.parameters": { listen_addresses: "*" } }, "postgres.parameters.listen_addresses:"],
  [{ "postgres.graceSeconds": 10 }, "postgres.graceSeconds:"],
  [{ "postgres.shmSizeMb": 1 }, "postgres.shmSizeMb:"],
  [
    { "postgres.external.host": "db.example.com/app", "postgres.external.user": "a" },
    "postgres.external.host:",
  ],
  [{ ...external, "postgres.external.sslMode": "perhaps" }, "postgres.external.sslMode:"],
  [{ "postgres.protectData": "maybe" }, "postgres.protectData:"],
  [{ publishablekey: "x" }, 'arguments: has the unknown field "publishablekey"'],
  [{ ...fapi, "identity.claims": "sessionToken" }, 'identity.claims: "sessionToken" is unknown'],
  [
    { ...fapi, "identity.claims": "session-token", "identity.claimsNamespace": "a" },
    "identity.claimsNamespace:",
  ],
  [
    {
      ...fapi,
      "identity.claims": "session-token",
      "identity.signingKey.algorithm": "HS256",
      "identity.signingKey.key": "k".repeat(40),
    },
    "identity.signingKey: is never used",
  ],
  [{ ...fapi, "identity.jwks": "cached" }, 'identity.jwks: "cached" is unknown'],
  [{ ...fapi, "identity.pinnedKeyId": "ins_1" }, "identity.pinnedKeyId: has no effect"],
  [{ probe: "after up" }, "probe:"],
  [{ ...fapi, "identity.audience": ["enabled"] }, "identity.audience[0]: looks like a boolean"],
  ...TEMPLATE_ROWS,
  [
    { "hasura.env": { HASURA_GRAPHQL_ADMIN_SECRET_FILE: CANARY } },
    "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET_FILE: is never read",
  ],
  [
    { "hasura.env": { HASURA_GRAPHQL_LOG_LEVEL_FILE: CANARY } },
    "hasura.env.HASURA_GRAPHQL_LOG_LEVEL_FILE: is never read",
  ],
  [{ "postgres.image": "pgvector/pgvector:latest-pg17" }, "postgres.image:"],
  [
    { "postgres.image": "postgis/postgis:18-3.6", "postgres.majorVersion": 17 },
    "postgres.majorVersion: is 17, but the image is of version 18",
  ],
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

  it("expects more than the path where two rows of a template have the same", () => {
    const bare = TEMPLATE_ROWS.map(([, line]) => line).filter((line) => /^[\w.]+:?$/.test(line));
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
