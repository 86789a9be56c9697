import * as pulumi from "@pulumi/pulumi";
import { ClaimsSource } from "../clerk/claimsSource";
import { SigningAlgorithm } from "../clerk/signingKey";
import type { ClerkHasuraArgs } from "../components/clerkHasuraArgs";
import { checkDocker } from "../docker/dockerConnection";
import { Preset } from "../hasura/hasuraArgs";
import { checkArgs } from "../settings/checkArgs";
import { checkProduction, type ProductionInput } from "../settings/checkProduction";
import type { Problem } from "../validation/problems";
import { rejectProblems } from "../validation/rejectProblems";
import { type ConfiguredTemplate, planTemplate, type TemplatePlan } from "./configTemplate";
import { configValues, namedByKey, secretKeys } from "./configValues";

/** What the program builds, as configured. */
export interface ProgramConfig {
  /** Arguments of the component; secrets are marked. */
  args: ClerkHasuraArgs;
  /** Whether a development signing key has to be generated, because no issuer is configured. */
  generateSigningKey: boolean;
  /** JWT template to look after in Clerk; its secrets are plain, because its components mark them. */
  template?: TemplatePlan;
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

/** Configuration is read as texts, so the compiler cannot see which compulsory fields are there; `checkArgs` looks at run time. */
function asArgs(args: Record<string, unknown>): ClerkHasuraArgs {
  return args as unknown as ClerkHasuraArgs;
}

const CLERK_SETTINGS = ["publishableKey", "frontendApi"];
const SOURCES = [...CLERK_SETTINGS, "jwksUrl", "signingKey"];
const CLAIMS_SETTINGS = [
  "claims",
  "claimsMap",
  "claimsNamespace",
  "claimsNamespacePath",
  "claimsFormat",
];

/**
 * The identity with what follows from its being a program's: with Clerk's own key and nothing said about claims, plain session
 * tokens are read, so that a publishable key is all that a stack needs.
 */
function programIdentity(
  given: Record<string, unknown>,
  template: boolean,
): { identity: Record<string, unknown>; generateSigningKey: boolean } {
  const says = (names: string[]) => names.some((name) => given[name] !== undefined);
  if (!says(SOURCES)) {
    return { identity: { issuer: DEVELOPMENT_ISSUER, ...given }, generateSigningKey: true };
  }
  const plain = says(CLERK_SETTINGS) && !says(["jwksUrl", "signingKey", ...CLAIMS_SETTINGS]);
  const claims = plain && !template ? { claims: ClaimsSource.SessionToken } : {};
  return { identity: { ...given, ...claims }, generateSigningKey: false };
}

/** A stack that names no preset is a production stack, as its engine is. */
function productionProblems(args: Record<string, unknown>, generateSigningKey: boolean): Problem[] {
  const { identity, hasura, postgres } = args as Record<
    string,
    Record<string, unknown> | undefined
  >;
  if ((hasura?.preset ?? Preset.Production) !== Preset.Production) return [];
  const { publishableKey, frontendApi, jwksUrl, issuer, allowHttpJwks } = identity ?? {};
  const named = { publishableKey, frontendApi, jwksUrl, issuer, allowHttpJwks };
  const { protectData } = postgres ?? {};
  const input = { ...named, generateSigningKey, hasura, protectData };
  return checkProduction(input as ProductionInput);
}

/**
 * Reads the stack's configuration and checks all of it, secrets included, before any resource exists.
 * Throws one error that lists every problem.
 */
export function readConfig(): ProgramConfig {
  const given = configured(pulumi.getProject());
  localImages(given);
  const { args: read, problems } = configValues(given);
  const { template = {}, ...args } = read as { template?: ConfiguredTemplate } & typeof read;
  const hasTemplate = template.secretKey !== undefined;
  const own = (args.identity ?? {}) as Record<string, unknown>;
  const { identity, generateSigningKey } = programIdentity(own, hasTemplate);
  args.identity = identity;
  args.suspended = process.env.CLERK_HASURA_SUSPENDED === "1";
  const preset = (args.hasura as { preset?: string } | undefined)?.preset;
  const { plan, problems: templateProblems } = planTemplate(template, { identity, preset });
  const signs = generateSigningKey || plan?.key !== undefined;
  const checked = signs ? { ...args, identity: { signingKey: PLACEHOLDER, ...identity } } : args;
  const found = [
    ...problems,
    ...checkArgs(asArgs(checked)),
    ...checkDocker(),
    ...productionProblems(args, generateSigningKey),
    ...templateProblems,
  ];
  rejectProblems(`Stack "${pulumi.getStack()}"`, found.map(namedByKey));
  markSecrets(args);
  return {
    args: asArgs(args),
    generateSigningKey,
    ...(plan === undefined ? {} : { template: plan }),
  };
}
