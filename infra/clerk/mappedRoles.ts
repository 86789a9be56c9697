import { ProblemList, quoted, type Result } from "../validation/problems";
import {
  ALLOWED_ROLES,
  type ClaimSource,
  type ClaimsMap,
  checkClaimsMap,
  DEFAULT_ROLE_NAME,
} from "./claimsMap";
import type { Roles, RolesInput } from "./roles";

type SourceMap = Readonly<Record<string, ClaimSource>>;

/**
 * Joins a claims map with the roles set beside it: roles fill the mandatory entries that the map lacks, and must not
 * contradict a literal or default that it has.
 */
export function checkMappedRoles(
  map: SourceMap,
  given: RolesInput,
  roles: Roles | undefined,
  path = "identity",
): Result<ClaimsMap> {
  const problems = new ProblemList();
  const role = map[DEFAULT_ROLE_NAME];
  const saidRole = role?.literal ?? role?.default;
  if (differs(given.defaultRole, saidRole)) {
    problems.add(`${path}.defaultRole`, contradicts(DEFAULT_ROLE_NAME, path));
  }
  const allowed = map[ALLOWED_ROLES];
  const saidAllowed = allowed?.literals ?? allowed?.defaults;
  if (differs(given.allowedRoles, saidAllowed)) {
    problems.add(`${path}.allowedRoles`, contradicts(ALLOWED_ROLES, path));
  }
  const rolesSet = given.defaultRole !== undefined || given.allowedRoles !== undefined;
  const full = rolesSet ? fill(map, given, roles) : map;
  const checked = problems.keep(checkClaimsMap(full, `${path}.claimsMap`));
  return problems.settle(checked ?? {});
}

function differs(
  set: string | readonly string[] | undefined,
  said: string | readonly string[] | undefined,
): boolean {
  if (set === undefined || said === undefined) return false;
  return JSON.stringify(set) !== JSON.stringify(said);
}

function contradicts(name: string, path: string): string {
  return `contradicts ${quoted(name)} of ${path}.claimsMap; say it in one place`;
}

/** Unsound roles still fill their entry as a harmless one, because they are reported where they were set. */
function fill(map: SourceMap, given: RolesInput, roles: Roles | undefined): SourceMap {
  const mapRole = map[DEFAULT_ROLE_NAME]?.literal;
  const mapAllowed = map[ALLOWED_ROLES]?.literals;
  const defaultRole =
    roles === undefined
      ? "user"
      : given.defaultRole === undefined && mapRole !== undefined
        ? mapRole
        : roles.defaultRole;
  const allowed = roles?.allowedRoles ?? mapAllowed ?? [defaultRole];
  return {
    [DEFAULT_ROLE_NAME]: { literal: defaultRole },
    [ALLOWED_ROLES]: { literals: allowed },
    ...map,
  };
}
