import { ProblemList, quoted, type Result } from "../../validation/problems";
import { isUri } from "../../validation/readUrl";
import { ALLOWED_ROLES, checkClaimsMap, DEFAULT_ROLE_NAME, shownName } from "../claimsMap";
import { REGISTERED_CLAIMS } from "../jsonPath";
import { checkRoleList, DEFAULT_ROLE, roleProblem } from "../roles";
import { reservedProblem } from "./checkTemplateClaims";
import {
  expression,
  roleSourceProblem,
  textValueProblem,
  userIdSourceProblem,
} from "./claimValues";
import { ClaimsNamespace, type HasuraClaimsArgs, shapeHasuraClaims } from "./hasuraClaimsArgs";
import { checkShortcodes, checkTemplateText, shortcodeProblem } from "./shortcodes";
import { literalProblem, parseTemplateText } from "./templateText";

const ORGANIZATION = {
  "x-hasura-org-id": "org.id",
  "x-hasura-org-role": "org.role",
  "x-hasura-org-slug": "org.slug",
};
const USER_ID = "x-hasura-user-id";

/** The claims that hasuraClaims returns, or every problem; `path` stands before the path of each. */
export function buildHasuraClaims(
  args: HasuraClaimsArgs,
  path = "hasuraClaims",
): Result<Record<string, unknown>> {
  const problems = new ProblemList();
  const sound = shapeHasuraClaims(args, path, problems);
  const isWhole = problems.size === 0;
  const namespace = settleNamespace(sound, path, problems);
  const { defaultRole, allowedRoles } = settleRoles(sound, path, problems, isWhole);
  const claims = {
    [DEFAULT_ROLE_NAME]: defaultRole,
    [ALLOWED_ROLES]: allowedRoles,
    [USER_ID]: settleUserId(sound.userIdFrom ?? "user.id", `${path}.userIdFrom`, problems),
    ...(sound.organization === true ? organizationClaims() : {}),
    ...settleVariables(sound, `${path}.variables`, problems),
  };
  problems.addAll(checkShortcodes(sound.shortcodes ?? [], `${path}.shortcodes`));
  checkAudience(sound.audience, `${path}.audience`, problems);
  const audience = sound.audience === undefined ? {} : { aud: sound.audience };
  return problems.toResult({ ...audience, [namespace]: claims });
}

function organizationClaims(): Record<string, string> {
  const entries = Object.entries(ORGANIZATION);
  return Object.fromEntries(entries.map(([name, from]) => [name, withFallback(from, "")]));
}

function settleNamespace(args: HasuraClaimsArgs, path: string, problems: ProblemList): string {
  const { namespace, namespaceName } = args;
  if (namespace !== undefined && namespaceName !== undefined) {
    problems.add(`${path}.namespaceName`, "excludes namespace; set one of the two");
  }
  const known = Object.values(ClaimsNamespace);
  if (namespace !== undefined && !known.includes(namespace)) {
    const allowed = known.join(" and ");
    problems.add(
      `${path}.namespace`,
      `${quoted(namespace)} is unknown; allowed: ${allowed}; set namespaceName for another`,
    );
  }
  const reason = namespaceName === undefined ? undefined : namespaceProblem(namespaceName);
  if (reason !== undefined) problems.add(`${path}.namespaceName`, reason);
  return namespaceName ?? namespace ?? ClaimsNamespace.Hasura;
}

function namespaceProblem(name: string): string | undefined {
  if (name === "") return `is empty; leave it out for ${ClaimsNamespace.Hasura}, or name a claim`;
  if (/[\s{}\p{Cc}]/u.test(name)) return "holds white space or a brace; remove it";
  if (/^x-hasura-/i.test(name)) {
    return "is a session variable; name the claim that holds them all, and put this one into variables";
  }
  if (name.startsWith("$")) return "is a JSON path; write the name of a top-level claim";
  if (reservedProblem(name) !== undefined) return reservedProblem(name);
  return REGISTERED_CLAIMS.includes(name)
    ? `${name} is a registered claim, where Hasura does not look; name another claim`
    : undefined;
}

/**
 * Only `user.id` is never null. The fallback is the empty text, which equals no id; a number in metadata stays a
 * number, and Hasura refuses the token, because Clerk makes it text only where other text stands beside it.
 */
function settleUserId(from: string, at: string, problems: ProblemList): string {
  const reason = sourceProblem(from, userIdSourceProblem);
  if (reason !== undefined) problems.add(at, reason);
  return from === "user.id" ? "{{user.id}}" : withFallback(from, "");
}

function settleVariables(
  args: HasuraClaimsArgs,
  path: string,
  problems: ProblemList,
): Record<string, string> {
  const variables = args.variables ?? {};
  const names = Object.keys(variables);
  const free = names.filter((name) => {
    const setBy = setter(name, args.organization === true);
    const reason = `is already set by ${setBy}; remove one of the two`;
    if (setBy !== undefined) problems.add(`${path}[${shownName(name)}]`, reason);
    return setBy === undefined;
  });
  problems.valueOrCollect(
    checkClaimsMap(
      Object.fromEntries([
        ...free.map((name) => [name, { literal: "" }]),
        [ALLOWED_ROLES, { literals: ["user"] }],
        [DEFAULT_ROLE_NAME, { literal: "user" }],
      ]),
      path,
    ),
  );
  for (const [name, text] of Object.entries(variables)) {
    for (const reason of variableProblems(text, args.shortcodes))
      problems.add(`${path}[${shownName(name)}]`, reason);
  }
  return variables;
}

function setter(name: string, organization: boolean): string | undefined {
  if (name === DEFAULT_ROLE_NAME) return "defaultRole";
  if (name === ALLOWED_ROLES) return "allowedRoles";
  if (name === USER_ID) return "userIdFrom";
  return organization && Object.hasOwn(ORGANIZATION, name) ? "organization" : undefined;
}

/** Returns why a text may not be the value of a session variable; a text with broken shortcodes is judged no further. */
function variableProblems(text: string, further?: readonly string[]): string[] {
  const spelling = checkTemplateText(text, "", further).map(({ reason }) => reason);
  const reason = textValueProblem(parseTemplateText(text).parts ?? []);
  return spelling.length > 0 || reason === undefined ? spelling : [reason];
}

function checkAudience(audience: string | undefined, at: string, problems: ProblemList): void {
  if (audience === undefined) return;
  if (audience === "") problems.add(at, "is empty; leave it out, or name whom tokens are for");
  else if (/[\s{}\p{Cc}]/u.test(audience)) {
    problems.add(at, "holds white space or a brace; a fixed string without them is required");
  } else if (audience.includes(":") && !isUri(audience)) {
    problems.add(at, "holds a colon, so it must be a valid URI, or Hasura refuses the token");
  }
}

/** The two role claims of a template. */
interface RoleClaims {
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
