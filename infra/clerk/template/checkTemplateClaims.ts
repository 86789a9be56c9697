import { mayBeSecret } from "../../secrecy/credentials";
import { isObject } from "../../validation/isObject";
import { type Problem, ProblemList } from "../../validation/problems";
import { kindOf } from "../../validation/shape";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME, shownName } from "../claimsMap";
import { checkHasuraObject } from "./checkHasuraObject";
import { ClaimsNamespace } from "./hasuraClaimsArgs";
import { checkTemplateText } from "./shortcodes";

const MAX_DEPTH = 32;
const WANTED = `an object with ${DEFAULT_ROLE_NAME} and ${ALLOWED_ROLES} is required`;

/**
 * Judges the claims of any JWT template: reserved claims, the spelling of shortcodes, JSON throughout; and, wherever
 * an object holds x-hasura-* values, that Hasura takes every token made from it. Claims without any such value are
 * left to identity.claimsMap. `further` lists shortcodes beside the known ones.
 */
export function checkTemplateClaims(
  claims: unknown,
  path = "claims",
  further: readonly string[] = [],
): Problem[] {
  if (!isClaimObject(claims)) {
    return [{ path, reason: `is ${kindOf(claims)}; an object of claims by name is required` }];
  }
  const problems = new ProblemList();
  for (const name of Object.keys(claims)) {
    const reason = reservedProblem(name);
    if (reason !== undefined) problems.add(`${path}.${name}`, reason);
  }
  for (const name of Object.values(ClaimsNamespace)) {
    const value = claims[name];
    if (value === undefined || (isClaimObject(value) && holdsVariable(value))) continue;
    if (isClaimObject(value)) {
      checkHasuraObject(value, childPath(path, name), true, problems, further);
    } else problems.add(childPath(path, name), `is ${kindOf(value)}; ${WANTED}`);
  }
  checkValue(claims, path, { ancestors: [], problems, further });
  return [...problems.list()];
}

/** Where a check has come to, and what it knows. */
interface Walk {
  ancestors: readonly unknown[];
  problems: ProblemList;
  further: readonly string[];
}

function checkValue(value: unknown, path: string, walk: Walk): void {
  const { ancestors, problems, further } = walk;
  if (ancestors.includes(value)) {
    problems.add(
      path,
      "contains itself, which JSON cannot; write a copy of what is required there",
    );
  } else if (ancestors.length > MAX_DEPTH) {
    problems.add(path, `is nested more than ${MAX_DEPTH} deep; make it flatter`);
  } else if (typeof value === "string") {
    problems.addAll(checkTemplateText(value, path, further));
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      checkValue(item, `${path}[${index}]`, { ...walk, ancestors: [...ancestors, value] });
    });
  } else if (isClaimObject(value)) {
    checkObject(value, path, walk);
  } else if (!isJsonScalar(value)) {
    problems.add(
      path,
      `is ${kindOf(value)}, which JSON cannot hold; write text, a number, true, false or null`,
    );
  }
}

function checkObject(value: Record<string, unknown>, path: string, walk: Walk): void {
  const { ancestors, problems, further } = walk;
  if (holdsVariable(value)) {
    checkHasuraObject(value, path, ancestors.length > 0, problems, further);
  }
  for (const [name, child] of Object.entries(value)) {
    checkValue(child, childPath(path, name), { ...walk, ancestors: [...ancestors, value] });
  }
}

function holdsVariable(value: Readonly<Record<string, unknown>>): boolean {
  return Object.keys(value).some((name) => /^x-hasura-/i.test(name));
}

function childPath(path: string, name: string): string {
  if (/^[A-Za-z_]\w*$/.test(name) && !mayBeSecret(name)) return `${path}.${name}`;
  const isKnown = Object.values<string>(ClaimsNamespace).includes(name);
  return `${path}[${isKnown ? JSON.stringify(name) : shownName(name)}]`;
}

function isJsonScalar(value: unknown): boolean {
  return value === null || typeof value === "boolean" || Number.isFinite(value);
}

/** True for an object of claims; an Output among them is no claim yet. */
function isClaimObject(value: unknown): value is Record<string, unknown> {
  return isObject(value) && !("__pulumiOutput" in value);
}

const OF_SESSION =
  "it belongs to a session, to which a template's token is not tied, so remove it, or use session tokens";

/**
 * The claims that Clerk sets in every token, and those of a session, which a template's token cannot hold (Clerk's page
 * "JWT templates", which names sid, v, pla and fea of these; fva is of the same kind), with the remedy.
 */
const RESERVED = new Map<string, string>([
  ["azp", "it is the origin that asked for the token, so remove it"],
  ["exp", "it follows from the template's lifetime, so remove it and set the lifetime"],
  ["iat", "it is the time of signing, so remove it"],
  [
    "iss",
    "it is the https origin of the Frontend API, so remove it and compare it in identity.issuer",
  ],
  ["jti", "it is a fresh id for each token, so remove it"],
  ["nbf", "it follows from the template's allowed clock skew, so remove it and set the skew"],
  [
    "sub",
    "it is the user's Clerk id, so remove it and put an id of your own into x-hasura-user-id",
  ],
  ...["sid", "v", "pla", "fea", "fva"].map((claim): [string, string] => [claim, OF_SESSION]),
]);

/** Returns why a template may not set a claim of this name, or undefined. */
export function reservedProblem(claim: string): string | undefined {
  const remedy = RESERVED.get(claim);
  return remedy === undefined
    ? undefined
    : `${claim} is reserved by Clerk, which refuses a template with it; ${remedy}`;
}
