import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, SigningAlgorithm } from "../../infra";
import { readConfig } from "../../infra/program/stackConfig";
import { recordGraph } from "../support/recordGraph";
import { configOf } from "../support/stackSettings";
import { ACCEPTED } from "./acceptedInput";
import { CLERK_ROWS } from "./badInputClerk";
import { DATABASE_ROWS } from "./badInputDatabases";
import { ENGINE_ROWS } from "./badInputEngine";

const PROJECT = "shop";
const CANARY = "canary-Zx81-never-print-me";
const GOOD_KEY = "k".repeat(40);

/** Configuration, and the start of the one line that it must give. */
type Row = [config: Record<string, string>, line: string];

const fapi = { "identity.frontendApi": "clerk.example.com" };
const publishable = (text: string) => `pk_test_${Buffer.from(text).toString("base64")}`;

const ROWS: Row[] = [
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
  [{ ...fapi, "identity.audience": '["http://[broken"]' }, "identity.audience"],
  [{ ...fapi, "identity.allowedSkewSeconds": "-1" }, "identity.allowedSkewSeconds:"],
  [
    { ...fapi, "identity.allowedSkewSeconds": "soon" },
    "identity.allowedSkewSeconds: cannot be read",
  ],
  [
    { ...fapi, "identity.claimsNamespace": "a", "identity.claimsNamespacePath": "$.a" },
    "identity.claimsNamespace",
  ],
  [{ ...fapi, "identity.claimsNamespacePath": "$..a" }, "identity.claimsNamespacePath:"],
  [{ ...fapi, "identity.claimsFormat": "yaml" }, "identity.claimsFormat:"],
  [
    {
      ...fapi,
      "identity.allowedRoles": '["user"]',
      "identity.defaultRole": "user",
      "identity.claimsMap": '{"X-Hasura-User-Id":{"path":"$.sub"}}',
    },
    "identity.claimsMap",
  ],
  [
    { ...fapi, "identity.defaultRole": "user", "identity.claimsMap": '{"x-hasura-user-id":{}}' },
    "identity.claimsMap",
  ],
  [{ ...fapi, "identity.header.type": "Query" }, "identity.header"],
  [{ ...fapi, "identity.header.type": "Cookie" }, "identity.header"],
  [{ ...fapi, "identity.allowedRoles": '["user","admin"]' }, "identity.allowedRoles"],
  [{ ...fapi, "identity.allowedRoles": "[]" }, "identity.allowedRoles"],
  [
    { ...fapi, "identity.defaultRole": "editor", "identity.allowedRoles": '["user"]' },
    "identity.defaultRole",
  ],
  [{ ...fapi, "identity.unauthorizedRole": "admin" }, "identity.unauthorizedRole:"],
  [{ "hasura.image": "hasura/graphql-engine" }, "hasura.image:"],
  [{ "hasura.image": "hasura/graphql-engine:latest" }, "hasura.image:"],
  [{ "hasura.image": "Not An Image" }, "hasura.image:"],
  [{ "hasura.port": "0" }, "hasura.port:"],
  [{ "hasura.port": "99999" }, "hasura.port:"],
  [{ "hasura.port": "eighty" }, "hasura.port: cannot be read"],
  [{ "hasura.bindAddress": "everywhere" }, "hasura.bindAddress:"],
  [{ "hasura.adminSecret": CANARY }, "hasura.adminSecret:"],
  [{ "hasura.adminSecret": `${CANARY} with spaces in it and more` }, "hasura.adminSecret:"],
  [{ preset: "staging" }, "hasura.preset:"],
  [{ "hasura.console": "yes" }, "hasura.console: cannot be read"],
  [
    {
      "hasura.corsDomains": '["*"]',
      "identity.frontendApi": "clerk.example.com",
      preset: "production",
    },
    "hasura.corsDomains:",
  ],
  [
    { "hasura.corsDomains": '["*","https://app.example.com"]', preset: "development" },
    "hasura.corsDomains:",
  ],
  [{ "hasura.corsDomains": '["https://app.example.com/path"]' }, "hasura.corsDomains:"],
  [{ "hasura.enabledApis": '["graphql","rest"]' }, "hasura.enabledApis:"],
  [{ "hasura.logTypes": '["everything"]' }, "hasura.logTypes:"],
  [
    { "hasura.env": '{"HASURA_GRAPHQL_ADMIN_SECRET":"x"}' },
    "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET:",
  ],
  [{ "hasura.env": '{"1BAD":"x"}' }, "hasura.env.1BAD:"],
  [{ "hasura.env": CANARY }, "hasura.env: cannot be read"],
  [{ "hasura.memoryMb": "16" }, "hasura.memoryMb:"],
  [{ "hasura.graceSeconds": "5" }, "hasura.graceSeconds:"],
  [{ "hasura.networks": '["host"]' }, "hasura.networks:"],
  [{ "hasura.caCertificates": '["nonsense"]' }, "hasura.caCertificates[0]:"],
  [{ "postgres.image": "postgres:16" }, "postgres.majorVersion:"],
  [{ "postgres.majorVersion": "9" }, "postgres.majorVersion:"],
  [{ "postgres.majorVersion": "15.4" }, "postgres.majorVersion:"],
  [{ "postgres.port": "8080" }, "postgres.port:"],
  [{ "postgres.metadataDatabase": "postgres" }, "postgres.metadataDatabase:"],
  [{ "postgres.applicationDatabase": "Bad Name" }, "postgres.applicationDatabase:"],
  [{ "postgres.applicationDatabase": "hasura_metadata" }, "postgres.applicationDatabase:"],
  [{ "postgres.engineRole": "postgres" }, "postgres.engineRole:"],
  [{ "postgres.parameters": '{"listen_addresses":"*"}' }, "postgres.parameters.listen_addresses:"],
  [{ "postgres.parameters": '{"max connections":"5"}' }, "postgres.parameters.max connections:"],
  [{ "postgres.graceSeconds": "10" }, "postgres.graceSeconds:"],
  [{ "postgres.shmSizeMb": "1" }, "postgres.shmSizeMb:"],
  [
    { "postgres.external.host": "db.example.com/app", "postgres.external.user": "a" },
    "postgres.external.host:",
  ],
  [
    { "postgres.external.host": "db", "postgres.external.sslMode": "perhaps" },
    "postgres.external.sslMode:",
  ],
  [
    { "postgres.external.host": "db", "postgres.external.password": "" },
    "postgres.external.password:",
  ],
  [{ "postgres.protectData": "maybe" }, "postgres.protectData: cannot be read"],
  [{ publishablekey: "x" }, "publishablekey: is not a setting"],
  ...CLERK_ROWS,
  ...ENGINE_ROWS,
  ...DATABASE_ROWS,
];

/** What is said of settings beside those that every stack has: its origins in production, otherwise that it is none. */
async function failureOf(config: Record<string, string>): Promise<string> {
  const stack =
    "template.secretKey" in config ? { "hasura.corsDomains": "[]" } : { preset: "development" };
  const named = Object.entries(configOf({ ...stack, ...config })).map(([key, value]) => [
    `${PROJECT}:${key}`,
    value,
  ]);
  await pulumi.runtime.setMocks(
    { call: () => ({}), newResource: () => ({ id: "", state: {} }) },
    PROJECT,
    "test",
  );
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  try {
    readConfig();
    return "";
  } catch (error) {
    if (!pulumi.RunError.isInstance(error)) throw error;
    return error.message;
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

describe("bad input", () => {
  const launcher: Record<string, string | undefined> = {};
  before(() => {
    for (const name of ["CLERK_HASURA_ENGINE_IMAGE", "CLERK_HASURA_POSTGRES_IMAGE"]) {
      launcher[name] = process.env[name];
      delete process.env[name];
    }
  });
  after(() => {
    for (const [name, value] of Object.entries(launcher)) {
      if (value !== undefined) process.env[name] = value;
    }
  });

  for (const [config, line] of ROWS) {
    it(`${JSON.stringify(config).slice(0, 90)} gives one clear line`, async () => {
      const message = await failureOf(config);
      const [title, ...lines] = message.split("\n");
      expect(title, message).to.match(/^Stack "test" cannot be built \(1 problem\):$/);
      expect(lines, message).to.have.length(1);
      expect(lines[0]).to.match(/^ {2}- \S/);
      expect(lines[0]?.slice(4)).to.satisfy((text: string) => text.startsWith(line));
      expect(message).to.not.match(/canary/i);
      expect(message).to.not.contain(GOOD_KEY);
    });
  }

  it("has no two rows alike", () => {
    const texts = ROWS.map(([config]) => JSON.stringify(config));
    expect(new Set(texts).size).to.equal(texts.length);
  });

  it("expects more than the path where two of Clerk's rows have the same", () => {
    const bare = CLERK_ROWS.map(([, line]) => line).filter((line) => /^[\w.]+:?$/.test(line));
    expect(new Set(bare).size).to.equal(bare.length);
  });

  for (const config of ACCEPTED) {
    it(`${JSON.stringify(config).slice(0, 90)} is accepted`, async () => {
      expect(await failureOf(config)).to.equal("");
    });
  }

  it("names settings as they were written, in the remedy too", async () => {
    const told = await failureOf({
      preset: "production",
      "hasura.corsDomains": '["*"]',
      "identity.frontendApi": "http://clerk.example.com",
    });
    expect(told).to.contain("\n  - identity.frontendApi: starts with http");
    expect(told).to.contain("use identity.jwksUrl with identity.allowHttpJwks");
  });

  it("accepts a development stack that says nothing else", async () => {
    expect(await failureOf({})).to.equal("");
  });

  it("reports all problems of one call together", async () => {
    const message = await failureOf({
      "identity.frontendApi": "http://clerk.example.com",
      "hasura.port": "0",
      "postgres.shmSizeMb": "1",
      "postgres.protectData": "maybe",
    });
    expect(message).to.match(/\(4 problems\)/);
    expect(message.split("\n")).to.have.length(5);
  });

  it("refuses bad arguments of the component before any resource is registered", async () => {
    const args: ClerkHasuraArgs = {
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
