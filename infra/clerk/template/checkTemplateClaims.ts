import { mayBeSecret } from "../../secrecy/credentials";
import { isObject } from "../../validation/isObject";
import { type Problem, ProblemList } from "../../validation/problems";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME, shownName } from "../claimsMap";
import { checkHasuraObject } from "./checkHasuraObject";
import { ClaimsNamespace } from "./hasuraClaimsArgs";
import { typeName } from "./hasuraClaimsShape";
import { reservedProblem } from "./reservedClaims";
import { checkTemplateText } from "./shortcodes";

const MAX_DEPTH = 32;
const WANTED = `an object with ${DEFAULT_ROLE_NAME} and ${ALLOWED_ROLES} is wanted`;

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
    return [{ path, reason: `is ${typeName(claims)}; an object of claims by name is wanted` }];
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
    } else problems.add(childPath(path, name), `is ${typeName(value)}; ${WANTED}`);
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
    problems.add(path, "holds itself, which JSON cannot; write a copy of what is wanted there");
  } else if (ancestors.length > MAX_DEPTH) {
    problems.add(path, `is nested more than ${MAX_DEPTH} deep; make it flatter`);
  } else if (typeof value === "string") {
    problems.valueOrCollect({ problems: checkTemplateText(value, path, further) });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => {
      checkValue(item, `${path}[${index}]`, { ...walk, ancestors: [...ancestors, value] });
    });
  } else if (isClaimObject(value)) {
    checkObject(value, path, walk);
  } else if (!isJsonScalar(value)) {
    problems.add(
      path,
      `is ${typeName(value)}, which JSON cannot hold; write text, a number, true, false or null`,
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
