import { ProblemList, quoted, type Result } from "../validation/problems";
import {
  ALLOWED_ROLES,
  type ClaimSource,
  type ClaimsMap,
  checkClaimsMap,
  DEFAULT_ROLE_NAME,
} from "./claimsMap";
import { DEFAULT_ROLE, type Roles, type RolesInput, roleProblem } from "./roles";

type SourceMap = Readonly<Record<string, ClaimSource>>;

/**
 * The roles to be checked beside a claims map. The check wants the default role to be among the allowed ones, and takes `user`
 * where none is set. With a map the default role comes from the map or from the token, so that `user` would be refused for no
 * reason: the map's own literal or fallback is taken instead, or the first allowed role where each token names its own.
 */
export function rolesBesideMap(given: RolesInput, map: SourceMap | undefined): RolesInput {
  const entry = map?.[DEFAULT_ROLE_NAME];
  if (given.defaultRole !== undefined || entry === undefined) return given;
  const said = entry.literal ?? entry.default;
  const sound = said !== undefined && roleProblem(said) === undefined ? said : undefined;
  return { ...given, defaultRole: sound ?? given.allowedRoles?.[0] };
}

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
  if (differs(given.defaultRole, role?.literal ?? role?.default)) {
    problems.add(`${path}.defaultRole`, contradicts(DEFAULT_ROLE_NAME, path));
  }
  const allowed = map[ALLOWED_ROLES];
  if (differs(given.allowedRoles, allowed?.literals ?? allowed?.defaults)) {
    problems.add(`${path}.allowedRoles`, contradicts(ALLOWED_ROLES, path));
  }
  const rolesSet = given.defaultRole !== undefined || given.allowedRoles !== undefined;
  const full = rolesSet ? fill(map, roles) : map;
  const checked = problems.valueOrCollect(checkClaimsMap(full, `${path}.claimsMap`));
  return problems.toResult(checked ?? {});
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

/** Unsound roles fill their entry with a harmless one, because they are reported where they were set. */
function fill(map: SourceMap, roles: Roles | undefined): SourceMap {
  const defaultRole = roles?.defaultRole ?? map[ALLOWED_ROLES]?.literals?.[0] ?? DEFAULT_ROLE;
  return {
    [DEFAULT_ROLE_NAME]: { literal: defaultRole },
    [ALLOWED_ROLES]: { literals: roles?.allowedRoles ?? [defaultRole] },
    ...map,
  };
}
