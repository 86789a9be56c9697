import * as pulumi from "@pulumi/pulumi";
import { checkArgs } from "./checkArgs";
import { SigningAlgorithm } from "./clerk/signingKey";
import type { ClerkHasuraArgs } from "./clerkHasuraArgs";
import { configValues, secretKeys } from "./configValues";
import { rejectProblems } from "./validation/rejectProblems";

/** What the program builds, as configured. */
export interface ProgramConfig {
  /** Arguments of the component; secrets are marked. */
  args: ClerkHasuraArgs;
  /** Whether a development signing key has to be generated, because no issuer is configured. */
  generateSigningKey: boolean;
}

/** Issuer of tokens that `npm run token` signs; `.invalid` names are never anybody's (RFC 2606). */
export const DEVELOPMENT_ISSUER = "https://development.clerk-hasura.invalid";

const PLACEHOLDER = { algorithm: SigningAlgorithm.HS256, key: "x".repeat(64) };

function configured(project: string): Map<string, string> {
  const prefix = `${project}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
  return new Map(entries);
}

/** Images for a machine that cannot reach an image registry; the launcher names them, configuration wins. */
function localImages(given: Map<string, string>): void {
  const { env } = process;
  const defaults: [string, string | undefined][] = [["hasuraImage", env.CLERK_HASURA_ENGINE_IMAGE]];
  if (!given.has("postgresImage")) {
    defaults.push(["postgresImage", env.CLERK_HASURA_POSTGRES_IMAGE]);
    defaults.push(["postgresVersion", env.CLERK_HASURA_POSTGRES_MAJOR]);
  }
  for (const [key, value] of defaults) {
    if (value && !given.has(key)) given.set(key, value);
  }
}

function markSecrets(args: Record<string, unknown>): void {
  for (const { argument } of secretKeys()) {
    const parts = argument.split(".");
    const last = parts.pop() ?? argument;
    let at: Record<string, unknown> | undefined = args;
    for (const part of parts) at = at?.[part] as Record<string, unknown> | undefined;
    if (at?.[last] !== undefined) at[last] = pulumi.secret(at[last]);
  }
}

/** A name is compulsory for the analyzer's sake; configuration cannot know which fields it will be given. */
function asArgs(args: Record<string, unknown>): ClerkHasuraArgs {
  return args as unknown as ClerkHasuraArgs;
}

/**
 * Reads the stack's configuration and checks all of it, secrets included, before any resource exists.
 * Throws one error that lists every problem.
 */
export function readConfig(): ProgramConfig {
  const given = configured(pulumi.getProject());
  localImages(given);
  const { args, problems } = configValues(given);
  const identity = (args.identity ?? {}) as Record<string, unknown>;
  const sources = ["publishableKey", "frontendApi", "jwksUrl", "signingKey"];
  const generateSigningKey = !sources.some((source) => identity[source] !== undefined);
  args.identity = generateSigningKey ? { issuer: DEVELOPMENT_ISSUER, ...identity } : identity;
  args.suspended = process.env.CLERK_HASURA_SUSPENDED === "1";
  const checked = generateSigningKey
    ? { ...args, identity: { ...(args.identity as object), signingKey: PLACEHOLDER } }
    : args;
  rejectProblems(`Stack "${pulumi.getStack()}"`, [...problems, ...checkArgs(asArgs(checked))]);
  markSecrets(args);
  return { args: asArgs(args), generateSigningKey };
}
