import { ProblemList, quoted, type Result } from "../validation/problems";
import { readUrl } from "../validation/readUrl";
import { type ClaimsPlace, checkClaimsPlace } from "./claims";
import {
  ALLOWED_ROLES,
  type ClaimSource,
  type ClaimsMap,
  checkClaimsMap,
  checkClerkDefaults,
  DEFAULT_ROLE_NAME,
} from "./claimsMap";
import { isClerkDevHost } from "./frontendApi";
import type { ShapedIdentity } from "./identityShape";
import { isSet } from "./keySource";
import { DEFAULT_ROLE, type Roles, type RolesInput, roleProblem } from "./roles";

/** Where the engine finds claims: in one place of the token, or each by a path of its own. */
type ClaimsChoice = { place: ClaimsPlace } | { map: ClaimsMap };

const PATH = "identity";
const PLACE_SETTINGS = ["claimsNamespace", "claimsNamespacePath", "claimsFormat"] as const;

/** Decides where claims are, and reports settings that contradict that. */
export function chooseClaims(
  input: ShapedIdentity,
  roles: Roles | undefined,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const source = knownSource(input.claims, problems);
  if (source === undefined) return undefined;
  if (source !== ClaimsSource.Template) {
    return sessionClaims(input, source, roles, problems);
  }
  const { claimsMap } = input;
  if (claimsMap === undefined) {
    const place = problems.valueOrCollect(checkClaimsPlace(input, PATH));
    return place === undefined ? undefined : { place };
  }
  refusePlace(input, "claimsMap; remove it, or the claimsMap", problems);
  const map = problems.valueOrCollect(checkMappedRoles(claimsMap, input, roles, PATH));
  if (readsClerkSession(input, problems))
    checkClerkDefaults(claimsMap, `${PATH}.claimsMap`, problems);
  return map === undefined ? undefined : { map };
}

/** Whether tokens are signed by Clerk's own key, so that they may be session tokens. */
function readsClerkSession(input: ShapedIdentity, problems: ProblemList): boolean {
  const { publishableKey, frontendApi, jwksUrl } = input;
  if (isSet(input, "signingKey", problems)) return false;
  if (publishableKey !== undefined || frontendApi !== undefined) return true;
  const url = jwksUrl === undefined ? undefined : readUrl(jwksUrl);
  return url !== undefined && isClerkDevHost(url.hostname);
}

function knownSource(given: string | undefined, problems: ProblemList): ClaimsSource | undefined {
  const source = given ?? ClaimsSource.Template;
  const known = Object.values(ClaimsSource).find((one) => one === source);
  if (known !== undefined) return known;
  const allowed = Object.values(ClaimsSource).join(", ");
  problems.add(`${PATH}.claims`, `${quoted(source)} is unknown; allowed: ${allowed}`);
  return undefined;
}

function sessionClaims(
  input: ShapedIdentity,
  source: ClaimsSource,
  roles: Roles | undefined,
  problems: ProblemList,
): ClaimsChoice | undefined {
  const remedy = `claims ${source}, which is read by fixed paths; remove it, or set claims to template`;
  refusePlace(input, remedy, problems);
  if (isSet(input, "claimsMap", problems)) {
    problems.add(`${PATH}.claimsMap`, `cannot be combined with ${remedy}`);
  }
  if (isSet(input, "signingKey", problems)) {
    const reason =
      "is never used for session tokens, which Clerk signs with its own key; remove it, or use a template";
    problems.add(`${PATH}.signingKey`, reason);
  }
  const version = source === ClaimsSource.SessionToken ? 2 : 1;
  const map = problems.valueOrCollect(
    checkClaimsMap(
      sessionTokenClaims(version, {
        defaultRole: roles?.defaultRole ?? DEFAULT_ROLE,
        allowedRoles: roles?.allowedRoles ?? [DEFAULT_ROLE],
      }),
    ),
  );
  return map === undefined ? undefined : { map };
}

function refusePlace(input: ShapedIdentity, beside: string, problems: ProblemList): void {
  for (const name of PLACE_SETTINGS) {
    if (isSet(input, name, problems)) {
      problems.add(`${PATH}.${name}`, `cannot be combined with ${beside}`);
    }
  }
}

/** Which tokens the engine reads its claims from. @enum */
export const ClaimsSource = {
  /** Tokens of a JWT template, or of another issuer, that carry x-hasura-* values. */
  Template: "template",
  /** Clerk's plain session token in its second version, in use since April 2025. */
  SessionToken: "session-token",
  /** Clerk's plain session token in its first version. */
  SessionTokenV1: "session-token-v1",
} as const;
export type ClaimsSource = (typeof ClaimsSource)[keyof typeof ClaimsSource];

/**
 * The claims map of Clerk's plain session token: user and active organization from the token, roles fixed. Version 2 has the
 * organization in `o`, version 1 in `org_id`, `org_role` and `org_slug`. A user without an active organization gets empty texts:
 * if the variables were missing, Hasura would answer each request whose permission names one with an error; an empty text
 * matches no organization, so that the answer has no rows.
 */
export function sessionTokenClaims(
  version: 1 | 2,
  roles: { defaultRole: string; allowedRoles: readonly string[] },
): Record<string, ClaimSource> {
  const at = (second: string, first: string) => ({
    path: version === 2 ? `$.o.${second}` : `$.${first}`,
    default: "",
  });
  return {
    "x-hasura-default-role": { literal: roles.defaultRole },
    "x-hasura-allowed-roles": { literals: roles.allowedRoles },
    "x-hasura-user-id": { path: "$.sub" },
    "x-hasura-org-id": at("id", "org_id"),
    "x-hasura-org-role": at("rol", "org_role"),
    "x-hasura-org-slug": at("slg", "org_slug"),
  };
}

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
function checkMappedRoles(
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
  return `contradicts ${quoted(name)} of ${path}.claimsMap; set it in one place`;
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
