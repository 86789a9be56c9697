import { ProblemList, quoted, type Result } from "../validation/problems";
import { checkJsonPath, type JsonPathSteps } from "./jsonPath";
import { checkRoleList, roleProblem } from "./roles";

export const ALLOWED_ROLES = "x-hasura-allowed-roles";
export const DEFAULT_ROLE_NAME = "x-hasura-default-role";

/** Where one session variable comes from: a fixed value, or a path with an optional fallback. */
export interface ClaimSource {
  literal?: string | undefined;
  literals?: readonly string[] | undefined;
  path?: string | undefined;
  default?: string | undefined;
  defaults?: readonly string[] | undefined;
}

/** One entry of a checked claims map. */
export interface MappedClaim {
  path?: string;
  steps?: JsonPathSteps;
  /** The literal, or the fallback of the path. */
  fixed?: string | string[];
}

/** A checked claims map by session variable, names sorted. */
export type ClaimsMap = Record<string, MappedClaim>;

const NAME = /^x-hasura-[a-z0-9_-]*[a-z0-9_]$/;
const RESERVED = ["x-hasura-role", "x-hasura-admin-secret", "x-hasura-access-key"];

/**
 * Checks a claims map: lower-case x-hasura- names, both mandatory entries, a literal or a path for each, lists for
 * x-hasura-allowed-roles alone, `admin` nowhere.
 */
export function checkClaimsMap(
  map: Readonly<Record<string, ClaimSource>>,
  path = "identity.claimsMap",
): Result<ClaimsMap> {
  const problems = new ProblemList();
  const checked: [string, MappedClaim][] = [];
  for (const name of Object.keys(map).sort()) {
    const at = `${path}[${shownName(name)}]`;
    const reason = nameProblem(name);
    if (reason !== undefined) problems.add(at, reason);
    const source = map[name];
    if (source !== undefined) checked.push([name, checkSource(name, source, at, problems)]);
  }
  for (const name of [ALLOWED_ROLES, DEFAULT_ROLE_NAME]) {
    if (map[name] === undefined) problems.add(path, missing(name));
  }
  const result = Object.fromEntries(checked);
  checkFixedRoles(result, path, problems);
  return problems.toResult(result);
}

/** Claims of Clerk's session tokens that some users' lack (Clerk's page "Session tokens"), with what they are about. */
const OPTIONAL_CLAIMS = new Map([
  ...["o", "org_id", "org_role", "org_slug", "org_permissions"].map((claim): [string, string] => [
    claim,
    "an active organization",
  ]),
  ["act", "impersonation"],
  ["azp", "the origin that asked for it"],
  ["fea", "a plan with features"],
  ["pla", "a plan"],
  ["sts", "a pending session"],
]);
/** Where the second version of the session token has what the first one had at the top. */
const MOVED = new Map([
  ["org_id", "$.o.id"],
  ["org_role", "$.o.rol"],
  ["org_slug", "$.o.slg"],
  ["org_permissions", "$.o.per"],
]);

/** Roles cannot be empty, as other variables can. */
const DEFAULT_REMEDY = new Map([
  [ALLOWED_ROLES, 'add defaults, such as ["user"]'],
  [DEFAULT_ROLE_NAME, 'add a default, such as "user"'],
]);

/** Reports paths that lead nowhere in some of Clerk's tokens and have no default, so that Hasura would refuse those tokens. */
export function checkClerkDefaults(
  map: Readonly<Record<string, ClaimSource>>,
  path: string,
  problems: ProblemList,
): void {
  for (const [name, source] of Object.entries(map)) {
    if (source.path === undefined || (source.default ?? source.defaults) !== undefined) continue;
    const parsed = checkJsonPath(source.path);
    const claim = "reason" in parsed ? "" : `${parsed.steps[0]}`;
    const what = OPTIONAL_CLAIMS.get(claim);
    if (what === undefined) continue;
    const moved = MOVED.get(claim);
    const remedy = DEFAULT_REMEDY.get(name) ?? 'add a default, such as ""';
    problems.add(
      `${path}[${shownName(name)}]`,
      `has no default, and Clerk leaves the claim ${claim} out of tokens without ${what}, which Hasura would refuse; ${remedy}${moved === undefined ? "" : `, and write ${moved}, where tokens of version 2 have it`}`,
    );
  }
}

function missing(name: string): string {
  const setting = name === ALLOWED_ROLES ? "allowedRoles" : "defaultRole";
  return `lacks ${name}, without which the engine refuses to start; add it, or set identity.${setting}`;
}

/** Quotes the name of a session variable; only what cannot be one is treated as a possible secret. */
export function shownName(name: string): string {
  return /^x-hasura-[\w-]{1,80}$/i.test(name) ? JSON.stringify(name) : quoted(name);
}

function nameProblem(name: string): string | undefined {
  if (RESERVED.includes(name)) return "is set by the engine or the client; use another name";
  if (NAME.test(name)) return undefined;
  if (NAME.test(name.toLowerCase()))
    return `must be in lower case; write ${shownName(name.toLowerCase())}`;
  return "is not a session variable: x-hasura- and then a-z, 0-9, - or _ are allowed";
}

function checkSource(
  name: string,
  source: ClaimSource,
  at: string,
  problems: ProblemList,
): MappedClaim {
  const { literal, literals, path } = source;
  const given = [literal, literals, path].filter((one) => one !== undefined).length;
  if (given !== 1) {
    const found = given === 0 ? "says nothing" : "sets more than one of them";
    problems.add(at, `${found}; set exactly one of literal, literals and path`);
    return {};
  }
  const fallback = source.default ?? source.defaults;
  if (path === undefined && fallback !== undefined) {
    problems.add(at, "has both a literal and a default; only a path can have a default");
  }
  if (source.default !== undefined && source.defaults !== undefined) {
    problems.add(at, "has both default and defaults; set one of the two");
  }
  const fixed = literal ?? literals ?? fallback;
  checkKind(name, fixed, at, problems);
  const parsed = path === undefined ? {} : checkPath(path, `${at}.path`, problems);
  if (fixed === undefined) return parsed;
  return { ...parsed, fixed: typeof fixed === "string" ? fixed : [...fixed] };
}

function checkPath(path: string, at: string, problems: ProblemList): MappedClaim {
  const parsed = checkJsonPath(path);
  if ("reason" in parsed) {
    problems.add(at, parsed.reason);
    return {};
  }
  if (typeof parsed.steps[0] !== "string") {
    problems.add(at, "does not begin with a claim of the token; write a path such as $.sub");
  }
  return { path, steps: parsed.steps };
}

function checkKind(
  name: string,
  fixed: string | readonly string[] | undefined,
  at: string,
  problems: ProblemList,
): void {
  if (fixed === undefined) return;
  if (name === ALLOWED_ROLES) {
    if (typeof fixed !== "string") checkRoleList(fixed, at, problems);
    else problems.add(at, "must be a list; use literals, or defaults beside a path");
    return;
  }
  if (typeof fixed !== "string") {
    problems.add(at, 'must be one text; use literal or default, and "{a,b}" for a Postgres array');
    return;
  }
  const reason = name === DEFAULT_ROLE_NAME ? roleProblem(fixed) : undefined;
  if (reason !== undefined) problems.add(at, reason);
}

function checkFixedRoles(map: ClaimsMap, path: string, problems: ProblemList): void {
  const role = map[DEFAULT_ROLE_NAME]?.fixed;
  const allowed = map[ALLOWED_ROLES];
  if (typeof role !== "string" || !Array.isArray(allowed?.fixed) || allowed.path !== undefined) {
    return;
  }
  if (allowed.fixed.length === 0 || allowed.fixed.includes(role) || roleProblem(role)) return;
  problems.add(
    `${path}[${quoted(DEFAULT_ROLE_NAME)}]`,
    `${quoted(role)} is not among the fixed ${ALLOWED_ROLES}, so tokens would be refused; add it there`,
  );
}
