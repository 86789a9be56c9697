import { buildHasuraClaims } from "../clerk/template/buildHasuraClaims";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import { rejectProblems } from "../validation/rejectProblems";

/**
 * Builds the claims of a Clerk JWT template for Hasura: the roles, the user's id, if wanted the organization, and
 * variables of your own. Throws one error that lists every problem. Sources: Clerk's page "JWT templates" for
 * shortcodes, Hasura's page "JWT" and JWT.hs for the claims.
 */
export function hasuraClaims(args: HasuraClaimsArgs): Record<string, unknown> {
  const { value = {}, problems = [] } = buildHasuraClaims(args);
  rejectProblems("The template's claims", problems);
  return value;
}
