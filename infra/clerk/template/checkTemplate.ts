import { firstBroken, isSwitch, quoted, type Rule } from "../../validation/problems";
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
