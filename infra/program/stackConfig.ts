import * as pulumi from "@pulumi/pulumi";
import { ClaimsSource } from "../clerk/claimsSource";
import { SigningAlgorithm } from "../clerk/signingKey";
import type { ClerkHasuraArgs } from "../components/clerkHasuraArgs";
import { checkDocker } from "../docker/dockerConnection";
import { Preset } from "../hasura/hasuraArgs";
import { checkArgs } from "../settings/checkArgs";
import { checkProduction, type ProductionInput } from "../settings/checkProduction";
import { isObject } from "../validation/isObject";
import type { Problem } from "../validation/problems";
import { rejectProblems } from "../validation/rejectProblems";
import { type ConfiguredTemplate, planTemplate, type TemplatePlan } from "./configTemplate";
import { readSettings } from "./readSettings";
import { SETTING_PATHS, SettingKind } from "./settingKinds";
import { configIn, encryptedPaths, stackFileName } from "./stackFile";

/** What the program builds, as configured. */
export interface ProgramConfig {
  /** Arguments of the component; secrets are marked. */
  args: ClerkHasuraArgs;
  /** Whether a development signing key has to be generated, because no issuer is configured. */
  generateSigningKey: boolean;
  /** JWT template to look after in Clerk; its secrets are plain, because its components mark them. */
  template?: TemplatePlan;
}

type Fields = Record<string, unknown>;

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
function localImages(args: Fields): void {
  const { CLERK_HASURA_ENGINE_IMAGE, CLERK_HASURA_POSTGRES_IMAGE, CLERK_HASURA_POSTGRES_MAJOR } =
    process.env;
  const { hasura = {}, postgres = {} } = args as Record<string, Fields | undefined>;
  if (CLERK_HASURA_ENGINE_IMAGE) args.hasura = { image: CLERK_HASURA_ENGINE_IMAGE, ...hasura };
  if (!CLERK_HASURA_POSTGRES_IMAGE || postgres.image !== undefined) return;
  const major = CLERK_HASURA_POSTGRES_MAJOR
    ? { majorVersion: Number(CLERK_HASURA_POSTGRES_MAJOR) }
    : {};
  args.postgres = { image: CLERK_HASURA_POSTGRES_IMAGE, ...major, ...postgres };
}

/** Marks what is always secret, and what the stack's file encrypts; the engine tells only whether something in a whole part is. */
function markSecrets(args: Fields): void {
  const kinds: SettingKind[] = [SettingKind.Secret, SettingKind.SecretRecord];
  const always = [...SETTING_PATHS].filter(([, kind]) => kinds.includes(kind));
  const file = configIn(process.cwd(), stackFileName(pulumi.getStack()));
  const paths = [...always.map(([path]) => path), ...encryptedPaths(file, pulumi.getProject())];
  for (const path of new Set(paths)) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    const at = parts.reduce<unknown>((it, part) => (isObject(it) ? it[part] : undefined), args);
    if (isObject(at) && Object.hasOwn(at, last)) at[last] = pulumi.secret(at[last]);
  }
}

/** Configuration is read as texts, so the compiler cannot see which compulsory fields are there; `checkArgs` looks at run time. */
function asArgs(args: Fields): ClerkHasuraArgs {
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

function flatTemplate({ signingKey, ...rest }: Fields): ConfiguredTemplate {
  const { algorithm, key, rotation } = isObject(signingKey) ? signingKey : {};
  const flat = { signingAlgorithm: algorithm, signingKey: key, keyRotation: rotation };
  const given = Object.entries({ ...rest, ...flat }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as ConfiguredTemplate;
}

/**
 * Reads the stack's configuration and checks all of it, secrets included, before any resource exists.
 * Throws one error that lists every problem.
 */
export function readConfig(): ProgramConfig {
  const given = configured(pulumi.getProject());
  const { args: read, problems } = readSettings(given);
  localImages(read);
  const { template: settings, preset, ...args } = read;
  const template = flatTemplate(isObject(settings) ? settings : {});
  if (preset !== undefined) args.hasura = { ...(args.hasura as object), preset };
  const hasTemplate = template.secretKey !== undefined;
  const own = (args.identity ?? {}) as Record<string, unknown>;
  const { identity, generateSigningKey } = programIdentity(own, hasTemplate);
  args.identity = identity;
  args.suspended = process.env.CLERK_HASURA_SUSPENDED === "1" || args.suspended === true;
  const around = { identity, preset: preset as string | undefined };
  const { plan, problems: templateProblems } = planTemplate(template, around);
  const signs = generateSigningKey || plan?.key !== undefined;
  const checked = signs ? { ...args, identity: { signingKey: PLACEHOLDER, ...identity } } : args;
  const found = [
    ...problems,
    ...checkArgs(asArgs(checked)),
    ...checkDocker(),
    ...productionProblems(args, generateSigningKey),
    ...templateProblems,
  ];
  rejectProblems(`Stack "${pulumi.getStack()}"`, found);
  markSecrets(args);
  return {
    args: asArgs(args),
    generateSigningKey,
    ...(plan === undefined ? {} : { template: plan }),
  };
}
