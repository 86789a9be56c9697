import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, SigningAlgorithm } from "../../infra";
import { readConfig } from "../../infra/program/config";
import { recordGraph } from "../support/recordGraph";
import { ACCEPTED } from "./acceptedInput";
import { CLERK_ROWS } from "./badInputClerk";
import { DATABASE_ROWS } from "./badInputDatabases";
import { ENGINE_ROWS } from "./badInputEngine";

const PROJECT = "shop";
const CANARY = "canary-Zx81-never-print-me";
const GOOD_KEY = "k".repeat(40);

/** Configuration, and the start of the one line that it must give. */
type Row = [config: Record<string, string>, line: string];

const fapi = { frontendApi: "clerk.example.com" };
const publishable = (text: string) => `pk_test_${Buffer.from(text).toString("base64")}`;

const ROWS: Row[] = [
  [{ publishableKey: "pk_test_" }, "identity.publishableKey:"],
  [{ publishableKey: "pk_prod_Y2xlcmsuZXhhbXBsZS5jb20k" }, "identity.publishableKey:"],
  [{ publishableKey: `sk_test_${CANARY}` }, "identity.publishableKey:"],
  [{ publishableKey: publishable("clerk.example.com") }, "identity.publishableKey:"],
  [{ publishableKey: publishable("localhost$") }, "identity.publishableKey:"],
  [{ publishableKey: `${publishable("clerk.example.com$")}_x` }, "identity.publishableKey:"],
  [{ frontendApi: "http://clerk.example.com" }, "identity.frontendApi:"],
  [{ frontendApi: "https://clerk.example.com/.well-known/jwks.json" }, "identity.frontendApi:"],
  [{ frontendApi: "clerk example.com" }, "identity.frontendApi:"],
  [{ frontendApi: publishable("clerk.example.com$") }, "identity.frontendApi:"],
  [{ frontendApi: "api.clerk.com" }, "identity.frontendApi:"],
  [{ jwksUrl: "http://issuer.example.com/jwks.json" }, "identity.jwksUrl:"],
  [{ jwksUrl: "https://api.clerk.com/v1/jwks" }, "identity.jwksUrl:"],
  [{ jwksUrl: "not a url" }, "identity.jwksUrl:"],
  [{ ...fapi, jwksUrl: "https://issuer.example.com/jwks.json" }, "identity:"],
  [{ signingKey: CANARY }, "identity.signingKey"],
  [{ signingKey: CANARY, signingAlgorithm: "HS256" }, "identity.signingKey"],
  [{ signingKey: GOOD_KEY, signingAlgorithm: "HS384" }, "identity.signingKey"],
  [{ signingKey: GOOD_KEY, signingAlgorithm: "PS256" }, "identity.signingKey"],
  [{ signingKey: GOOD_KEY, signingAlgorithm: "RS256" }, "identity.signingKey"],
  [{ ...fapi, issuer: "https://clerk.example.com/.well-known/jwks.json" }, "identity.issuer:"],
  [{ ...fapi, audience: '["http://[broken"]' }, "identity.audience"],
  [{ ...fapi, allowedSkewSeconds: "-1" }, "identity.allowedSkewSeconds:"],
  [{ ...fapi, allowedSkewSeconds: "soon" }, "allowedSkewSeconds:"],
  [{ ...fapi, claimsNamespace: "a", claimsNamespacePath: "$.a" }, "identity.claimsNamespace"],
  [{ ...fapi, claimsNamespacePath: "$..a" }, "identity.claimsNamespacePath:"],
  [{ ...fapi, claimsFormat: "yaml" }, "identity.claimsFormat:"],
  [
    {
      ...fapi,
      allowedRoles: "user",
      defaultRole: "user",
      claimsMap: '{"X-Hasura-User-Id":{"path":"$.sub"}}',
    },
    "identity.claimsMap",
  ],
  [{ ...fapi, defaultRole: "user", claimsMap: '{"x-hasura-user-id":{}}' }, "identity.claimsMap"],
  [{ ...fapi, headerType: "Query" }, "identity.header"],
  [{ ...fapi, headerType: "Cookie" }, "identity.header"],
  [{ ...fapi, allowedRoles: "user,admin" }, "identity.allowedRoles"],
  [{ ...fapi, allowedRoles: "[]" }, "identity.allowedRoles"],
  [{ ...fapi, defaultRole: "editor", allowedRoles: "user" }, "identity.defaultRole"],
  [{ ...fapi, unauthorizedRole: "admin" }, "identity.unauthorizedRole:"],
  [{ hasuraImage: "hasura/graphql-engine" }, "hasura.image:"],
  [{ hasuraImage: "hasura/graphql-engine:latest" }, "hasura.image:"],
  [{ hasuraImage: "Not An Image" }, "hasura.image:"],
  [{ port: "0" }, "hasura.port:"],
  [{ port: "99999" }, "hasura.port:"],
  [{ port: "eighty" }, "port:"],
  [{ bindAddress: "everywhere" }, "hasura.bindAddress:"],
  [{ adminSecret: CANARY }, "hasura.adminSecret:"],
  [{ adminSecret: `${CANARY} with spaces in it and more` }, "hasura.adminSecret:"],
  [{ preset: "staging" }, "hasura.preset:"],
  [{ console: "yes" }, "console:"],
  [
    { corsDomains: "*", frontendApi: "clerk.example.com", preset: "production" },
    "hasura.corsDomains:",
  ],
  [{ corsDomains: "*,https://app.example.com", preset: "development" }, "hasura.corsDomains:"],
  [{ corsDomains: "https://app.example.com/path" }, "hasura.corsDomains:"],
  [{ enabledApis: "graphql,rest" }, "hasura.enabledApis:"],
  [{ logTypes: "everything" }, "hasura.logTypes:"],
  [{ env: '{"HASURA_GRAPHQL_ADMIN_SECRET":"x"}' }, "hasura.env.HASURA_GRAPHQL_ADMIN_SECRET:"],
  [{ env: '{"1BAD":"x"}' }, "hasura.env.1BAD:"],
  [{ env: CANARY }, "env:"],
  [{ hasuraMemoryMb: "16" }, "hasura.memoryMb:"],
  [{ hasuraGraceSeconds: "5" }, "hasura.graceSeconds:"],
  [{ networks: "host" }, "hasura.networks:"],
  [{ caCertificates: '["nonsense"]' }, "hasura.caCertificates[0]:"],
  [{ postgresImage: "postgres:16" }, "postgres.majorVersion:"],
  [{ postgresVersion: "9" }, "postgres.majorVersion:"],
  [{ postgresVersion: "15.4" }, "postgres.majorVersion:"],
  [{ postgresPort: "8080" }, "postgres.port:"],
  [{ metadataDatabase: "postgres" }, "postgres.metadataDatabase:"],
  [{ applicationDatabase: "Bad Name" }, "postgres.applicationDatabase:"],
  [{ applicationDatabase: "hasura_metadata" }, "postgres.applicationDatabase:"],
  [{ engineRole: "postgres" }, "postgres.engineRole:"],
  [{ postgresParameters: '{"listen_addresses":"*"}' }, "postgres.parameters.listen_addresses:"],
  [{ postgresParameters: '{"max connections":"5"}' }, "postgres.parameters.max connections:"],
  [{ postgresGraceSeconds: "10" }, "postgres.graceSeconds:"],
  [{ postgresShmSizeMb: "1" }, "postgres.shmSizeMb:"],
  [{ externalHost: "db.example.com/app", externalUser: "a" }, "postgres.external.host:"],
  [{ externalHost: "db", externalSslMode: "perhaps" }, "postgres.external.sslMode:"],
  [{ externalHost: "db", externalPassword: "" }, "postgres.external.password:"],
  [{ protectData: "maybe" }, "protectData:"],
  [{ publishablekey: "x" }, "publishablekey: is not known"],
  ...CLERK_ROWS,
  ...ENGINE_ROWS,
  ...DATABASE_ROWS,
];

/** A line without the configuration key that stands before the argument, `port, hasura.port: …`. */
function byArgument(line: string): string {
  return line.replace(/^[^:]*?, (?=(?:identity|hasura|postgres|template)\b)/, "");
}

/** What is said of settings beside those that every stack has: its origins in production, otherwise that it is none. */
async function failureOf(config: Record<string, string>): Promise<string> {
  const stack = "clerkSecretKey" in config ? { corsDomains: "[]" } : { preset: "development" };
  const named = Object.entries({ ...stack, ...config }).map(([key, value]) => [
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
      expect(lines[0]?.slice(4)).to.satisfy((text: string) => byArgument(text).startsWith(line));
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
      corsDomains: "*",
      frontendApi: "http://clerk.example.com",
    });
    expect(told).to.contain("\n  - frontendApi, identity.frontendApi: starts with http");
    expect(told).to.contain("use jwksUrl with allowHttpJwks");
  });

  it("accepts a development stack that says nothing else", async () => {
    expect(await failureOf({})).to.equal("");
  });

  it("reports all problems of one call together", async () => {
    const message = await failureOf({
      frontendApi: "http://clerk.example.com",
      port: "0",
      postgresShmSizeMb: "1",
      protectData: "maybe",
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
