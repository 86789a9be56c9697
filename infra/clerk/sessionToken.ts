import type { ClaimSource } from "./claimsMap";

/**
 * The claims map of Clerk's plain session token: user and active organisation from the token, roles fixed. Version 2 has the
 * organisation in `o`, version 1 in `org_id`, `org_role` and `org_slug`. A user without an active organisation gets empty texts:
 * if the variables were missing, Hasura would answer each request whose permission names one with an error; an empty text
 * matches no organisation, so that the answer has no rows.
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
