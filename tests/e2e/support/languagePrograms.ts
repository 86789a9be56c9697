import { testImages } from "./exampleStack";
import type { ProgramFiles } from "./languageProject";

/** Issuer of the tokens that the programs' stacks accept. */
export const ISSUER = "https://shop.example.test";

/** Where the plugin is, as a project file says it. */
function withPlugin(head: string, plugin: string): string {
  return `${head}\nplugins:\n  providers:\n    - name: clerk-hasura\n      path: ${plugin}\n`;
}

const NODE = `
const pulumi = require("@pulumi/pulumi");
const NAMES = ["endpoint", "adminSecret", "jwtSecret", "databaseUrl", "issuer", "containers"];
const config = new pulumi.Config();
class ClerkHasura extends pulumi.ComponentResource {
  constructor(name, args) {
    const outputs = Object.fromEntries(NAMES.map((it) => [it, undefined]));
    super("clerk-hasura:index:ClerkHasura", name, { ...args, ...outputs }, {}, true);
  }
}
const backend = new ClerkHasura("backend", {
  preset: "development",
  identity: {
    signingKey: { algorithm: "HS256", key: config.requireSecret("key") },
    issuer: "${ISSUER}",
  },
  hasura: { port: config.requireNumber("port"), image: config.get("hasuraImage") },
  postgres: {
    port: config.requireNumber("postgresPort"),
    image: config.get("postgresImage"),
    majorVersion: config.getNumber("postgresVersion"),
    protectData: false,
  },
});
for (const name of NAMES) exports[name] = backend[name];
`;

/** Plain JavaScript with Pulumi's SDK: what any generated SDK comes to, a type token and names. */
export function nodeProgram(plugin: string): ProgramFiles {
  return {
    "Pulumi.yaml": withPlugin("name: shop\nruntime: nodejs\nmain: index.js", plugin),
    "package.json": '{ "name": "shop", "private": true }',
    "index.js": NODE,
  };
}

/** The settings of a container: the image is named where this test run has its own. */
function yamlContainer(indent: string, lines: Record<string, string | undefined>): string {
  const given = Object.entries(lines).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${indent}${name}: ${value}`).join("\n");
}

function yamlBackend(): string {
  const { hasuraImage, postgresImage, postgresVersion } = testImages();
  const indent = " ".repeat(8);
  return `
config:
  key: { type: string, secret: true }
  port: { type: integer }
  postgresPort: { type: integer }
resources:
  backend:
    type: clerk-hasura:ClerkHasura
    properties:
      preset: development
      identity:
        signingKey: { algorithm: HS256, key: "\${key}" }
        issuer: ${ISSUER}
      hasura:
${yamlContainer(indent, { port: `\${port}`, image: hasuraImage })}
      postgres:
${yamlContainer(indent, { port: `\${postgresPort}`, image: postgresImage, majorVersion: postgresVersion })}
        protectData: false
outputs:
  endpoint: \${backend.endpoint}
  adminSecret: \${backend.adminSecret}
  jwtSecret: \${backend.jwtSecret}
  databaseUrl: \${backend.databaseUrl}
  issuer: \${backend.issuer}
  containers: \${backend.containers}
`;
}

/** YAML, which has no packages at all. */
export function yamlProgram(plugin: string): ProgramFiles {
  return { "Pulumi.yaml": withPlugin(`name: shop\nruntime: yaml${yamlBackend()}`, plugin) };
}

const YAML_KEYS = `
resources:
  key:
    type: clerk-hasura:ClerkSigningKey
    properties: { algorithm: RS256 }
outputs:
  privateKey: \${key.privateKey}
  verificationKey: \${key.verificationKey}
`;

/** YAML with a resource that lives outside Docker and Postgres. */
export function yamlKeys(plugin: string): ProgramFiles {
  return { "Pulumi.yaml": withPlugin(`name: shop\nruntime: yaml${YAML_KEYS}`, plugin) };
}

const GENERATED = `
import * as pulumi from "@pulumi/pulumi";
import { HasuraCloud, SigningAlgorithm } from "@pulumi/clerk-hasura";

const key = new pulumi.Config().requireSecret("key");
const signingKey = { algorithm: SigningAlgorithm.HS256, key };
const cloud = new HasuraCloud("cloud", { identity: { signingKey, issuer: "${ISSUER}" } });
export const { issuer, jwtSecret } = cloud;
`;

/** TypeScript that imports an SDK which is not there yet. */
export function generatedProgram(): ProgramFiles {
  const dependencies = { "@pulumi/pulumi": "~3.248.0", typescript: "~6.0.3" };
  return {
    "Pulumi.yaml": "name: shop\nruntime: nodejs\nmain: index.ts\n",
    "package.json": JSON.stringify({ name: "shop", private: true, dependencies }),
    "index.ts": GENERATED,
  };
}
