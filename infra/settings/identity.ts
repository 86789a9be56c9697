import { ClaimsSource } from "../clerk/claimsChoice";
import { type IdentityReading, readIdentity } from "../clerk/identity";
import type { IdentityArgs } from "../clerk/identityArgs";
import type { Stage } from "../hasura/hasuraArgs";
import type { ProblemList } from "../validation/problems";
import { KNOWN_LATER } from "../validation/shape";
import { checkProduction } from "./checkProduction";
import type { ClerkHasuraArgs } from "./clerkHasuraArgs";

/** Who makes the key that verifies tokens. */
export const KeyMaker = {
  /** Clerk or another issuer, or whoever made a signing key that was given. */
  Issuer: "issuer",
  /** The stack, which can be tried without an account. */
  Stack: "stack",
  /** The template's signing key. */
  Template: "template",
} as const;
export type KeyMaker = (typeof KeyMaker)[keyof typeof KeyMaker];

/** Issuer of tokens that `npm run token` signs; `.invalid` names are never anybody's (RFC 2606). */
export const DEVELOPMENT_ISSUER = "https://development.clerk-hasura.invalid";

const CLERK_SETTINGS = ["publishableKey", "frontendApi"] as const;
const OTHER_SOURCES = ["jwksUrl", "signingKey"] as const;
const CLAIMS_SETTINGS = [
  "claims",
  "claimsMap",
  "claimsNamespace",
  "claimsNamespacePath",
  "claimsFormat",
] as const;

type Setting = keyof IdentityArgs;

function says(identity: IdentityArgs, names: readonly Setting[]): boolean {
  return names.some((name) => (identity[name] ?? undefined) !== undefined);
}

export function namesClerk(identity: IdentityArgs = {}): boolean {
  return says(identity, CLERK_SETTINGS);
}

export function keyMaker({ identity = {}, template }: ClerkHasuraArgs): KeyMaker {
  if (template?.signingKey) return KeyMaker.Template;
  return says(identity, [...CLERK_SETTINGS, ...OTHER_SOURCES]) ? KeyMaker.Issuer : KeyMaker.Stack;
}

/**
 * Identity settings with those that follow from the others: with Clerk's own key and nothing said about claims, plain session tokens
 * are read, so that a publishable key is all that a stack needs.
 */
export function withIdentityDefaults(args: ClerkHasuraArgs): IdentityArgs {
  const { identity = {}, template } = args;
  if (keyMaker(args) === KeyMaker.Stack) return { issuer: DEVELOPMENT_ISSUER, ...identity };
  const plain = namesClerk(identity) && !says(identity, [...OTHER_SOURCES, ...CLAIMS_SETTINGS]);
  return plain && !template ? { ...identity, claims: ClaimsSource.SessionToken } : identity;
}

/** Reads the identity of a stack whose key may be yet to be made. */
export function settleIdentity(
  args: ClerkHasuraArgs,
  stage: Stage,
  problems: ProblemList,
): IdentityReading {
  const maker = keyMaker(args);
  const later = maker === KeyMaker.Issuer ? {} : { signingKey: KNOWN_LATER };
  const reading = readIdentity({ ...later, ...withIdentityDefaults(args) }, problems);
  checkStage(reading, stage, problems, maker === KeyMaker.Stack);
  return reading;
}

/** Reports what of an identity a production stack may not have. */
export function checkStage(
  { input, key }: IdentityReading,
  stage: Stage,
  problems: ProblemList,
  signsItself = false,
): void {
  checkProduction({ identity: { input, facts: key?.facts, signsItself } }, stage, problems);
}
