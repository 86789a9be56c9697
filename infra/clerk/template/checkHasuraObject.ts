import { type ProblemList, quoted } from "../../validation/problems";
import { kindOf } from "../../validation/shape";
import { ALLOWED_ROLES, DEFAULT_ROLE_NAME, shownName } from "../claimsMap";
import {
  canonicalText,
  roleValueProblem,
  textValueProblem,
  userIdSourceProblem,
} from "./claimValues";
import { shortcodeProblem, shortcodesOf } from "./shortcodes";
import { parseTemplateText, type TemplatePart } from "./templateText";

const RESERVED = ["x-hasura-role", "x-hasura-admin-secret", "x-hasura-access-key"];

/**
 * Checks an object that holds x-hasura-* values: both role claims, every other value text in every token. Shortcodes
 * with mistakes are left to `checkTemplateText`. `isOwn` says that nothing else belongs into the object, `further` what
 * shortcodes there are beside the known ones.
 */
export function checkHasuraObject(
  object: Readonly<Record<string, unknown>>,
  path: string,
  isOwn: boolean,
  problems: ProblemList,
  further: readonly string[] = [],
): void {
  const claims = new Map<string, unknown>();
  for (const [name, value] of Object.entries(object)) {
    const lower = name.toLowerCase();
    const at = `${path}[${shownName(name)}]`;
    if (!lower.startsWith("x-hasura-")) {
      if (isOwn) problems.add(path, stray(name));
      continue;
    }
    if (RESERVED.includes(lower)) {
      problems.add(at, "is set by the engine or the client; use another name");
    } else if (claims.has(lower)) {
      problems.add(at, "is there twice, because Hasura ignores case; remove one");
    }
    claims.set(lower, value);
  }
  for (const name of [DEFAULT_ROLE_NAME, ALLOWED_ROLES]) {
    if (!claims.has(name)) problems.add(path, missing(name));
  }
  for (const [name, value] of claims) checkClaim(name, value, path, problems, further);
  checkMembership(claims, path, problems);
}

function stray(name: string): string {
  return `has ${quoted(name)}, which Hasura ignores because it does not begin with x-hasura-; rename it, or move it out`;
}

function missing(name: string): string {
  const example = name === ALLOWED_ROLES ? `["user"]` : `"user"`;
  return `lacks ${name}, without which Hasura refuses every token; add it, for example as ${example}`;
}

function checkClaim(
  name: string,
  value: unknown,
  path: string,
  problems: ProblemList,
  further: readonly string[],
): void {
  const at = `${path}["${name}"]`;
  if (name === ALLOWED_ROLES) {
    checkAllowedRoles(value, at, problems, further);
    return;
  }
  if (typeof value !== "string") {
    const remedy = Array.isArray(value)
      ? 'write a list as the text of a Postgres array, "{a,b}"'
      : "write it as text";
    problems.add(at, `is ${kindOf(value)}, and Hasura accepts only strings; ${remedy}`);
    return;
  }
  const judge = name === DEFAULT_ROLE_NAME ? roleValueProblem : valueProblem(name);
  const reason = judgeText(value, judge, further);
  if (reason !== undefined) problems.add(at, reason);
}

function valueProblem(name: string): (parts: readonly TemplatePart[]) => string | undefined {
  if (name !== "x-hasura-user-id") return textValueProblem;
  return (parts) =>
    shortcodesOf(parts)
      .map(userIdSourceProblem)
      .find((reason) => reason !== undefined) ?? textValueProblem(parts);
}

function checkAllowedRoles(
  value: unknown,
  at: string,
  problems: ProblemList,
  further: readonly string[],
): void {
  if (!Array.isArray(value)) {
    const reason =
      typeof value === "string"
        ? 'is text; a list is required, as ["user"]; a shortcode for a whole list is null for users without it, so list fixed roles and one shortcode per role'
        : `is ${kindOf(value)}; a list of roles is required, as ["user"]`;
    problems.add(at, reason);
    return;
  }
  if (value.length === 0) {
    problems.add(at, "is empty, so every token would be refused; list at least one role");
  }
  value.forEach((role: unknown, index) => {
    const reason =
      typeof role === "string"
        ? judgeText(role, roleValueProblem, further)
        : `is ${kindOf(role)}; every role is one string, and lists cannot be nested`;
    if (reason !== undefined) problems.add(`${at}[${index}]`, reason);
  });
}

/** Text with broken or unknown shortcodes passes, because those are reported by their spelling. */
function judgeText(
  text: string,
  judge: (parts: readonly TemplatePart[]) => string | undefined,
  further: readonly string[],
): string | undefined {
  const { parts } = parseTemplateText(text);
  if (
    parts === undefined ||
    shortcodesOf(parts).some((one) => shortcodeProblem(one, further) !== undefined)
  ) {
    return undefined;
  }
  return judge(parts);
}

/** The default role must stand in the list as the same text, or else some tokens could not use it. */
function checkMembership(
  claims: ReadonlyMap<string, unknown>,
  path: string,
  problems: ProblemList,
): void {
  const role = claims.get(DEFAULT_ROLE_NAME);
  const allowed = claims.get(ALLOWED_ROLES);
  if (typeof role !== "string" || !Array.isArray(allowed) || allowed.length === 0) return;
  if (allowed.map(canonical).includes(canonical(role)) || role === "") return;
  problems.add(
    `${path}["${DEFAULT_ROLE_NAME}"]`,
    `${quoted(role)} is not in ${ALLOWED_ROLES} with the same spelling, so Hasura refuses tokens; add it there`,
  );
}

function canonical(value: unknown): unknown {
  const { parts } = typeof value === "string" ? parseTemplateText(value) : {};
  return parts === undefined ? value : canonicalText(parts);
}
