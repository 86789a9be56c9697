import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Packages that a remote resource needs in the program's folder, and what is asked of them. */
const NEEDED = {
  "@pulumi/pulumi": "@pulumi/pulumi/cmd/dynamic-provider",
  "clerk-hasura": "clerk-hasura/remoteProviders",
};

/** What a remote resource is, as previews show it, and the provider that manages it. */
export const RemoteKind = {
  CloudEnvironment: "cloudEnvironment",
  JwtTemplate: "jwtTemplate",
  KeyPair: "keyPair",
  PinnedJwks: "pinnedJwks",
  Probe: "probe",
  Schema: "schema",
} as const;
export type RemoteKind = (typeof RemoteKind)[keyof typeof RemoteKind];

/**
 * The text that Pulumi keeps in the state and runs: it asks the installed package for the provider. A serialised closure,
 * which is what `pulumi.dynamic.Resource` would put there, changes with every release and could capture a secret.
 */
export function loaderOf(kind: RemoteKind): string {
  return [
    "exports.handler = () => {",
    '  const { createRequire } = require("node:module");',
    '  const program = require("node:path").join(process.cwd(), "program.js");',
    `  return createRequire(program)("clerk-hasura/remoteProviders").${kind};`,
    "};",
  ].join("\n");
}

function typeOf(kind: RemoteKind): string {
  return `pulumi-nodejs:dynamic/clerkHasura:${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
}

/** A resource that lives outside Docker and Postgres, managed by a provider of this package. */
export class RemoteResource extends pulumi.CustomResource {
  /** `outputs` names what the provider returns beyond the inputs. */
  constructor(
    kind: RemoteKind,
    name: string,
    inputs: Record<string, unknown>,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions,
  ) {
    demandPackages(name);
    const returned = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(typeOf(kind), name, { ...returned, ...inputs, __provider: loaderOf(kind) }, opts);
  }

  /** The value of an input or an output. */
  output<T>(name: string): pulumi.Output<T> {
    return (this as unknown as Record<string, pulumi.Output<T>>)[name] as pulumi.Output<T>;
  }
}

function isFound(module: string, folder: string): boolean {
  try {
    createRequire(join(folder, "program.js")).resolve(module);
    return true;
  } catch {
    return false;
  }
}

/**
 * Throws where a remote resource's provider could not be loaded: Pulumi starts it in the program's folder, which a program
 * in another language may have without any package of Node's.
 */
export function demandPackages(name: string, folder = process.cwd()): void {
  const missing = Object.entries(NEEDED).filter(([, module]) => !isFound(module, folder));
  if (missing.length === 0) return;
  const found = missing.map(([it]) => it).join(" and ");
  throw new pulumi.RunError(
    `${name} is managed by Node.js in the program's folder, where ${found} cannot be found; ` +
      `run this in ${folder}: npm install ${Object.keys(NEEDED).join(" ")}`,
  );
}
