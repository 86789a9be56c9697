import * as pulumi from "@pulumi/pulumi";
import {
  ClaimsSource,
  ClerkHasura,
  type ClerkHasuraArgs,
  ClerkJwtTemplate,
  ClerkSigningKey,
  HeaderType,
  hasuraClaims,
  JwksMode,
  SigningAlgorithm,
} from "../../infra";
import { production } from "../support/production";

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

function templateAndKey(): void {
  const key = new ClerkSigningKey("key", { algorithm: SigningAlgorithm.ES256, rotation: "1" });
  const { algorithm, privateKey, verificationKey } = key;
  new ClerkJwtTemplate("template", {
    secretKey: pulumi.secret("sk_test_recordedRecorded1"),
    name: "shop",
    claims: hasuraClaims({ defaultRole: "user", organization: true }),
    lifetimeSeconds: 120,
    signingKey: { algorithm, key: privateKey },
    adopt: true,
  });
  const identity = { frontendApi: HOST, signingKey: { algorithm, key: verificationKey } };
  new ClerkHasura("api", production({ identity }));
}

/** Programs of settings that no folder of `examples` has. Names are those of the records. */
export const EXAMPLE_PROGRAMS: Readonly<Record<string, () => unknown>> = {
  production: () => new ClerkHasura("api", PRODUCTION),
  suspended: () =>
    new ClerkHasura("api", production({ identity: { frontendApi: HOST }, suspended: true })),
  templateAndKey,
  pinned: () =>
    new ClerkHasura(
      "api",
      production({ identity: { frontendApi: HOST, jwks: JwksMode.Pinned, pinnedKeyId: "ins_1" } }),
    ),
};
