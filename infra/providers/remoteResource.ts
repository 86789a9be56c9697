import * as pulumi from "@pulumi/pulumi";
import { demandPackages } from "./demandPackages";

/** What a remote resource is, as previews show it, and the provider that looks after it. */
export const RemoteKind = {
  CloudEnvironment: "cloudEnvironment",
  JwtTemplate: "jwtTemplate",
  KeyPair: "keyPair",
  PinnedJwks: "pinnedJwks",
  Probe: "probe",
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

/** A resource that lives outside Docker and Postgres, looked after by a provider of this package. */
export class RemoteResource extends pulumi.CustomResource {
  /** `outputs` names what the provider answers beyond the inputs. */
  constructor(
    kind: RemoteKind,
    name: string,
    inputs: Record<string, unknown>,
    outputs: readonly string[],
    opts: pulumi.CustomResourceOptions,
  ) {
    demandPackages(name);
    const answered = Object.fromEntries(outputs.map((output) => [output, undefined]));
    super(typeOf(kind), name, { ...answered, ...inputs, __provider: loaderOf(kind) }, opts);
  }

  /** The value of an input or an answered output. */
  output<T>(name: string): pulumi.Output<T> {
    return (this as unknown as Record<string, pulumi.Output<T>>)[name] as pulumi.Output<T>;
  }
}
