import type { ClaimSource } from "./claimsMap";

/** Identity settings as plain data, before any check; IdentityArgs describes each field. */
export interface IdentityInput {
  publishableKey?: string | undefined;
  frontendApi?: string | undefined;
  jwksUrl?: string | undefined;
  signingKey?: { algorithm: string; key: string } | undefined;
  issuer?: string | undefined;
  audience?: readonly string[] | undefined;
  allowedSkewSeconds?: number | undefined;
  claimsNamespace?: string | undefined;
  claimsNamespacePath?: string | undefined;
  claimsFormat?: string | undefined;
  claims?: string | undefined;
  jwks?: string | undefined;
  pinnedKeyId?: string | undefined;
  claimsMap?: Readonly<Record<string, ClaimSource>> | undefined;
  header?: { type: string; name?: string | undefined } | undefined;
  defaultRole?: string | undefined;
  allowedRoles?: readonly string[] | undefined;
  unauthorizedRole?: string | undefined;
  allowHttpJwks?: boolean | undefined;
}

/** The settings that name a key; one of them is wanted, or a signing key beside what names a Clerk instance. */
export const KeySource = {
  PublishableKey: "publishableKey",
  FrontendApi: "frontendApi",
  JwksUrl: "jwksUrl",
  SigningKey: "signingKey",
} as const;
export type KeySource = (typeof KeySource)[keyof typeof KeySource];
