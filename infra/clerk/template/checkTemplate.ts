import {
  firstBroken,
  isSwitch,
  looksLikePublishableKey,
  type Problem,
  quoted,
  type Rule,
} from "../../validation/problems";
import { number } from "../../validation/rules";
import { sound, text } from "../../validation/shape";

/** Bounds of Clerk's Backend API (specification 2026-05-12). */
const LIFETIME_SECONDS = { min: 30, max: 315_360_000, unit: "seconds" } as const;
const SKEW_SECONDS = { min: 0, max: 300, unit: "seconds" } as const;
/** Clerk's own defaults. */
export const DEFAULT_LIFETIME_SECONDS = 60;
export const DEFAULT_TEMPLATE_SKEW_SECONDS = 5;

const NAME_RULES: readonly Rule<string>[] = [
  {
    broken: (name) => name === "",
    reason: "is empty; write the name the app asks for, such as hasura",
  },
  {
    broken: (name) => /\s/.test(name),
    reason: "holds white space; letters, digits and - _ . are allowed",
  },
  {
    broken: isSwitch,
    reason: (name) =>
      `${quoted(name)} looks like a boolean, and a template's name is required; write the name the app asks for, such as hasura, or leave it out`,
  },
  {
    broken: (name) => !/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(name),
    reason: (name) =>
      `${quoted(name)} is not a template name; allowed: letters, digits and - _ . after a first letter or digit, because the name is part of the address that tokens are fetched from`,
  },
];

/**
 * What a JWT template is beside its claims. Lifetime and skew have Clerk's own bounds; what Clerk allows in a name is not published, so
 * letters, digits and - _ . is this module's rule, which keeps the name whole in the URL.
 */
export const templateFields = {
  name: sound(text, (name) => firstBroken(name, NAME_RULES)),
  lifetimeSeconds: number(LIFETIME_SECONDS),
  allowedSkewSeconds: number(SKEW_SECONDS),
};

/** Which of Clerk's two kinds of instance, and which kind of stack. */
export type InstanceKind = "development" | "production";

/** What is known about the stack that a secret key is for. */
export interface KeySurroundings {
  /** The stack's preset. Default: not compared. */
  preset?: InstanceKind | undefined;
  /** The instance that the stack's publishable key belongs to. Default: not compared. */
  instance?: InstanceKind | undefined;
}

const PREFIXES: Readonly<Record<InstanceKind, string>> = {
  development: "sk_test_",
  production: "sk_live_",
};
const WHERE = "copy the secret key from Clerk's dashboard (API keys)";

const SHAPE_RULES: readonly Rule<string>[] = [
  { broken: (key) => key.trim() === "", reason: `is empty; ${WHERE}` },
  {
    broken: (key) => /^bearer\b/i.test(key.trim()),
    reason: 'begins with "Bearer", which is added here; write only the key',
  },
  {
    broken: looksLikePublishableKey,
    reason: `is the publishable key (pk_…), which Clerk's Backend API refuses; ${WHERE} (sk_…)`,
  },
  { broken: (key) => /\s/.test(key), reason: "holds white space or a line break; remove it" },
  {
    broken: (key) => /^["']|["']$/.test(key),
    reason: "is in quotes; write the key without them",
  },
  {
    broken: (key) => instanceOf(key) === undefined,
    reason: `is not a secret key of Clerk's (not shown): it must begin with sk_test_ or sk_live_; ${WHERE}`,
  },
  {
    broken: (key) => !/^sk_(?:test|live)_[\w-]+$/.test(key),
    reason: `is incomplete or has characters that keys never have (not shown); ${WHERE} again`,
  },
];

function instanceOf(key: string): InstanceKind | undefined {
  if (key.startsWith(PREFIXES.development)) return "development";
  return key.startsWith(PREFIXES.production) ? "production" : undefined;
}

function otherThan(kind: InstanceKind): InstanceKind {
  return kind === "production" ? "development" : "production";
}

/**
 * Clerk's secret key by its shape and by the stack it is for: the key of a development instance (`sk_test_`) in a
 * production stack is refused, and the reverse; so is a key whose instance is not the publishable key's. The prefix
 * tells the instances apart (`@clerk/shared`). No reason holds any part of the key beyond the prefix.
 */
export function checkSecretKey(
  secretKey: string,
  surroundings: KeySurroundings,
  path: string,
): Problem[] {
  const reason = firstBroken(secretKey, SHAPE_RULES);
  if (reason !== undefined) return [{ path, reason }];
  const own = instanceOf(secretKey);
  const { preset, instance } = surroundings;
  const problems: Problem[] = [];
  if (preset !== undefined && own !== preset) problems.push({ path, reason: wrongStack(preset) });
  if (instance !== undefined && own !== instance) {
    problems.push({ path, reason: wrongInstance(instance) });
  }
  return problems;
}

function wrongStack(preset: InstanceKind): string {
  const other = otherThan(preset);
  return `is the key of a ${other} instance (${PREFIXES[other]}…) in a ${preset} stack; use the key that begins with ${PREFIXES[preset]}, or another preset`;
}

function wrongInstance(instance: InstanceKind): string {
  const other = otherThan(instance);
  return `is the key of a ${other} instance (${PREFIXES[other]}…), but the publishable key is of a ${instance} instance; copy both from the same instance`;
}
