import { ClaimsFormat, type ClaimsPlace } from "./claims";
import { ALLOWED_ROLES, type ClaimsMap, DEFAULT_ROLE_NAME } from "./claimsMap";
import type { TokenHeader } from "./header";
import type { JsonPathSteps } from "./jsonPath";
import type { Roles } from "./roles";

/** What a token for a stack must look like; plain JSON without secrets, for whoever mints or templates tokens. */
export interface TokenShape {
  claimsNamespace?: string;
  claimsNamespacePath?: string;
  /** Where the claims object lies, from the root of the token; absent with a claims map. */
  claimsPath?: JsonPathSteps;
  claimsFormat: ClaimsFormat;
  claimsMap?: ClaimsMap;
  audience?: string[];
  header: TokenHeader;
  /** Absent only where a claims map takes it from the token without a fallback. */
  defaultRole?: string;
  allowedRoles?: string[];
}

/** The checked parts that a token's shape follows from. */
export interface TokenShapeParts {
  claims: { place: ClaimsPlace } | { map: ClaimsMap };
  audience?: string[] | undefined;
  header: TokenHeader;
  roles: Roles;
  /** True when roles were set rather than implied. */
  rolesSet: boolean;
}

/** Describes the tokens that a stack accepts. */
export function describeTokens(parts: TokenShapeParts): TokenShape {
  const { claims, audience, header, roles } = parts;
  const rest = { ...(audience === undefined ? {} : { audience }), header };
  if ("map" in claims) {
    return {
      claimsFormat: ClaimsFormat.Json,
      claimsMap: claims.map,
      ...rest,
      ...mappedRoles(claims.map, parts),
    };
  }
  const { namespace, namespacePath, steps, format } = claims.place;
  return {
    ...(namespace === undefined ? {} : { claimsNamespace: namespace }),
    ...(namespacePath === undefined ? {} : { claimsNamespacePath: namespacePath }),
    claimsPath: steps,
    claimsFormat: format,
    ...rest,
    defaultRole: roles.defaultRole,
    allowedRoles: roles.allowedRoles,
  };
}

function mappedRoles(
  map: ClaimsMap,
  { roles, rolesSet }: TokenShapeParts,
): Pick<TokenShape, "defaultRole" | "allowedRoles"> {
  const fixedRole = map[DEFAULT_ROLE_NAME]?.fixed ?? (rolesSet ? roles.defaultRole : undefined);
  const fixedList = map[ALLOWED_ROLES]?.fixed ?? (rolesSet ? roles.allowedRoles : undefined);
  return {
    ...(typeof fixedRole === "string" ? { defaultRole: fixedRole } : {}),
    ...(Array.isArray(fixedList) ? { allowedRoles: fixedList } : {}),
  };
}
