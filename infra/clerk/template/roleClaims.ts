import { type ProblemList, quoted } from "../../validation/problems";
import { checkRoleList, DEFAULT_ROLE, roleProblem } from "../roles";
import { expression, roleSourceProblem } from "./claimValues";
import type { HasuraClaimsArgs } from "./hasuraClaimsArgs";
import { shortcodeProblem } from "./shortcodes";
import { literalProblem, parseTemplateText } from "./templateText";

/** The two role claims of a template. */
export interface RoleClaims {
  defaultRole: string;
  allowedRoles: string[];
}

/**
 * Settles the role claims. A role from metadata stands in the list as the same text as in the default role, so a token
 * may always ask for it; a token may then list a role twice, which Hasura does not mind.
 */
export function settleRoles(
  args: HasuraClaimsArgs,
  path: string,
  problems: ProblemList,
  isWhole: boolean,
): RoleClaims {
  const { defaultRoleFrom, allowedRoles, allowedRolesFrom = [] } = args;
  const fallback = args.defaultRole ?? impliedRole(allowedRoles);
  const isMixed = defaultRoleFrom !== undefined || allowedRolesFrom.length > 0;
  const unsound = roleProblem(fallback) ?? (isMixed ? fallbackProblem(fallback) : undefined);
  if (args.defaultRole !== undefined && unsound !== undefined) {
    problems.add(`${path}.defaultRole`, unsound);
  }
  if (allowedRoles !== undefined) checkRoleList(allowedRoles, `${path}.allowedRoles`, problems);
  const sources = [
    ...(defaultRoleFrom === undefined ? [] : [{ from: defaultRoleFrom, field: "defaultRoleFrom" }]),
    ...allowedRolesFrom.map((from, index) => ({ from, field: `allowedRolesFrom[${index}]` })),
  ];
  for (const { from, field } of sources) {
    const reason = sourceProblem(from, roleSourceProblem);
    if (reason !== undefined) problems.add(`${path}.${field}`, reason);
  }
  checkFixedDefault(args, fallback, `${path}.defaultRole`, isWhole, problems);
  const templates = sources.map(({ from }) => withFallback(from, fallback));
  const fixed = allowedRoles ?? (defaultRoleFrom === undefined ? [fallback] : []);
  return {
    defaultRole: defaultRoleFrom === undefined ? fallback : withFallback(defaultRoleFrom, fallback),
    allowedRoles: [...new Set([...fixed, ...templates])],
  };
}

function impliedRole(allowed: readonly string[] | undefined): string {
  const [only] = allowed ?? [];
  return allowed?.length === 1 && only !== undefined ? only : DEFAULT_ROLE;
}

function fallbackProblem(role: string): string | undefined {
  const reason = literalProblem(role);
  return reason === undefined
    ? undefined
    : `${quoted(role)} ${reason}, so a role from metadata cannot fall back to it; choose another name`;
}

function checkFixedDefault(
  args: HasuraClaimsArgs,
  role: string,
  at: string,
  isWhole: boolean,
  problems: ProblemList,
): void {
  const { allowedRoles = [], defaultRoleFrom } = args;
  if (!isWhole || defaultRoleFrom !== undefined || allowedRoles.length === 0) return;
  if (roleProblem(role) !== undefined || allowedRoles.includes(role)) return;
  const what =
    args.defaultRole === undefined ? `is ${quoted(role)} unless set, and that` : quoted(role);
  problems.add(at, `${what} is not among allowedRoles, so tokens would be refused; add it there`);
}

/** Returns what is wrong with a path that a `…From` field names, or undefined. */
export function sourceProblem(
  from: string,
  isMisplaced: (path: string) => string | undefined,
): string | undefined {
  if (from === "")
    return "is empty; name a shortcode such as user.public_metadata.role, or leave it out";
  if (/[{}]/.test(from)) return "has braces; write the path alone, as user.public_metadata.role";
  if (from.includes("|"))
    return "has a fallback; write one path alone, the fallback is set apart from it";
  if (/[\s\p{Cc}]/u.test(from)) return "holds white space; remove it";
  return shortcodeProblem(from) ?? formProblem(from) ?? isMisplaced(from);
}

/** Any field of metadata may be named, so its spelling is all that can be wrong with it. */
function formProblem(from: string): string | undefined {
  return parseTemplateText(`{{${from}}}`).reasons?.[0];
}

/** Writes a shortcode with the literal that stands in for null and false. */
export function withFallback(path: string, literal: string): string {
  return expression([{ shortcode: path }, { literal }]);
}
