import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ClaimsSource,
  ClerkHasura,
  type ClerkHasuraArgs,
  HeaderType,
  SigningAlgorithm,
} from "../../infra";
import { production, recordGraph } from "../support/recordGraph";
import { checkRecord, readRecord, writeRecord } from "./graphRecord";
import { normalGraph } from "./normalGraph";
import { lastRelease } from "./upgradeNotes";

const RECORDS = join(__dirname, "golden");
const RECORDING = process.env.RECORD_GRAPHS === "1";
const HOST = "clerk.example.com";

/** Every argument that a stack in production may set. */
const PRODUCTION: ClerkHasuraArgs = {
  identity: {
    frontendApi: HOST,
    issuer: `https://${HOST}`,
    audience: ["shop"],
    allowedSkewSeconds: 10,
    claims: ClaimsSource.Template,
    header: { type: HeaderType.Cookie, name: "session" },
    defaultRole: "user",
    allowedRoles: ["user", "editor"],
    unauthorizedRole: "anonymous",
  },
  hasura: {
    image: `hasura/graphql-engine@sha256:${"0".repeat(64)}`,
    port: 8081,
    bindAddress: "127.0.0.2",
    adminSecret: pulumi.secret("a".repeat(48)),
    console: false,
    devMode: false,
    corsDomains: ["https://app.example.com"],
    enabledApis: ["graphql", "metadata"],
    logTypes: ["startup", "http-log"],
    env: { HASURA_GRAPHQL_LOG_LEVEL: "warn", PAYMENT_API_KEY: pulumi.secret("payment") },
    memoryMb: 2048,
    cpus: 1.5,
    graceSeconds: 70,
    networks: ["proxy", "metrics"],
    caCertificates: ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n"],
  },
  postgres: {
    image: `postgres:18-bookworm@sha256:${"1".repeat(64)}`,
    majorVersion: 18,
    metadataDatabase: "metadata",
    applicationDatabase: "shop",
    engineRole: "engine",
    port: 5433,
    bindAddress: "127.0.0.2",
    parameters: { max_connections: "200" },
    shmSizeMb: 512,
    memoryMb: 4096,
    cpus: 2,
    protectData: true,
    graceSeconds: 120,
  },
  dockerHost: "unix:///var/run/docker.sock",
  probe: true,
};

const TEMPLATE = production({
  identity: { frontendApi: HOST },
  template: {
    secretKey: pulumi.secret("sk_live_recordedRecorded1"),
    name: "shop",
    claims: { organization: true },
    lifetimeSeconds: 120,
    signingKey: { algorithm: SigningAlgorithm.ES256, rotation: "1" },
    adopt: true,
  },
});

const PROGRAMS: Readonly<Record<string, () => unknown>> = {
  minimal: () => new ClerkHasura("api", production({ identity: { frontendApi: HOST } })),
  production: () => new ClerkHasura("api", PRODUCTION),
  template: () => new ClerkHasura("api", TEMPLATE),
};

const recordOf = (name: string) => join(RECORDS, `${name}.json`);

describe("recorded graphs", () => {
  for (const [name, program] of Object.entries(PROGRAMS)) {
    it(`of ${name} have not changed`, async () => {
      const now = normalGraph(await recordGraph(program));
      if (RECORDING) writeRecord(recordOf(name), now, { release: lastRelease() });
      else checkRecord(name, recordOf(name), now);
    });
  }

  it("are those of these programs, of the newest release; RECORD_GRAPHS=1 makes them that", () => {
    const names = Object.keys(PROGRAMS);
    expect(readdirSync(RECORDS).sort()).to.deep.equal(names.map((name) => `${name}.json`).sort());
    for (const name of names) {
      expect(readRecord(recordOf(name))?.release, name).to.equal(lastRelease());
    }
  });

  it("hold no secret, neither a given one nor a generated one", () => {
    const text = Object.keys(PROGRAMS)
      .map((name) => readFileSync(recordOf(name), "utf8"))
      .join();
    expect(text).to.include('"[secret]"');
    expect(text).to.not.match(
      /generated-|aaaaaaaa|sk_live_|"payment"|"password": "(?!\[secret)|PRIVATE KEY|4dabf18193072939/,
    );
  });
});
