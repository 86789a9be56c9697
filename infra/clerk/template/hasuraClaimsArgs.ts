import type { ProblemList } from "../../validation/problems";
import { type Check, flag, group, list, mapOf, text } from "../../validation/shape";
import { shownName } from "../claimsMap";

/** The claim that holds the x-hasura-* values: as Hasura v2 and Clerk's guide have it, or as Hasura DDN (v3) does. @enum */
export const ClaimsNamespace = {
  /** What Hasura v2 reads unless told otherwise. */
  Hasura: "https://hasura.io/jwt/claims",
  /** What Hasura DDN (v3) reads. */
  Ddn: "claims.jwt.hasura.io",
} as const;
export type ClaimsNamespace = (typeof ClaimsNamespace)[keyof typeof ClaimsNamespace];

/**
 * What `hasuraClaims` puts into the claims of a Clerk JWT template. Shortcode paths are written without braces. A
 * metadata field must hold text: one that holds a number, true, a list or an object makes Hasura refuse that user's
 * tokens, which a shortcode alone cannot prevent; one that is missing, null or false falls back.
 */
export interface HasuraClaimsArgs {
  /** Claim that holds the x-hasura-* values. Default: `https://hasura.io/jwt/claims`. */
  namespace?: ClaimsNamespace;
  /** Another name for that claim, instead of `namespace`. Default: none. */
  namespaceName?: string;
  /** Role a token speaks for; beside the `…From` fields, the role of those who lack them. Default: the only one of `allowedRoles`, otherwise `user`. */
  defaultRole?: string;
  /**
   * Field of public metadata that holds one role, such as `user.public_metadata.role` or
   * `org_membership.public_metadata.role`. Only a backend can write it, and it must never write `admin` there.
   * Default: none.
   */
  defaultRoleFrom?: string;
  /** Roles every token may ask for; never `admin`. Default: the default role alone, or none beside `defaultRoleFrom`. */
  allowedRoles?: string[];
  /**
   * Further fields of public metadata that hold one role each. A field that holds a list of roles cannot be used: Clerk
   * has no literal list to fall back to, so whoever lacks the field would be refused. Default: none.
   */
  allowedRolesFrom?: string[];
  /**
   * Where x-hasura-user-id comes from: `user.id`, `user.external_id`, or a field of public metadata such as
   * `user.public_metadata.db_id`; the last two fall back to the empty text. The first two are always text, so an id of
   * your own is safest in Clerk's external id. Default: `user.id`.
   */
  userIdFrom?: string;
  /** Adds x-hasura-org-id, x-hasura-org-role and x-hasura-org-slug of the active organization, empty without one. Default: false. */
  organization?: boolean;
  /** Further session variables by lower-case name: fixed text, or text with shortcodes such as `{{org.name || ''}}`. Default: none. */
  variables?: Record<string, string>;
  /**
   * Shortcodes that Clerk has and this package does not know, without braces, such as `user.last_active_at`; each is taken for one
   * that may be null. Default: none.
   */
  shortcodes?: string[];
  /** The token's `aud`, for a Hasura that checks it. Default: none. */
  audience?: string;
}

const FIELDS: Readonly<Record<keyof HasuraClaimsArgs, Check<unknown>>> = {
  namespace: text,
  namespaceName: text,
  defaultRole: text,
  defaultRoleFrom: text,
  allowedRoles: list(text),
  allowedRolesFrom: list(text),
  userIdFrom: text,
  organization: flag,
  variables: mapOf(
    text,
    (path, name) => `${path}[${shownName(name)}]`,
    "an object of strings by name",
  ),
  shortcodes: list(text),
  audience: text,
};

/** Checks types where no compiler did; returns the usable fields. Claims are built at once, so that an Output is no use. */
export function shapeHasuraClaims(
  raw: unknown,
  path: string,
  problems: ProblemList,
): HasuraClaimsArgs {
  const usable = group(FIELDS)(raw, path, problems);
  for (const late of problems.laterBelow(path)) {
    problems.add(late, "is an output, known only later; a plain value is required");
  }
  return (usable ?? {}) as HasuraClaimsArgs;
}
