import { flag, group, list, mapOf, numeric, plain, text } from "../validation/shape";
import { shownName } from "./claimsMap";

const claimSource = group({
  path: text,
  default: text,
  defaults: list(text),
  literal: text,
  literals: list(text),
});

/** The types of identity settings, which come from configuration and other languages, too, where no compiler checked them. */
export const identityShape = group({
  publishableKey: text,
  frontendApi: text,
  jwksUrl: text,
  signingKey: group({ algorithm: text, key: text }, ["algorithm", "key"]),
  issuer: text,
  audience: list(text),
  allowedSkewSeconds: numeric,
  claims: text,
  jwks: plain(text),
  pinnedKeyId: text,
  claimsNamespace: text,
  claimsNamespacePath: text,
  claimsFormat: text,
  claimsMap: mapOf(
    claimSource,
    (path, name) => `${path}[${shownName(name)}]`,
    "an object of session variables",
  ),
  header: group({ type: text, name: text }, ["type"]),
  defaultRole: text,
  allowedRoles: list(text),
  unauthorizedRole: text,
  allowHttpJwks: flag,
});

/** Identity settings of the right types, not checked any further. */
export type ShapedIdentity = NonNullable<ReturnType<typeof identityShape>>;
