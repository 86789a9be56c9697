import type * as pulumi from "@pulumi/pulumi";
import type { ClaimsFormat } from "./claims";
import type { ClaimsSource } from "./claimsChoice";
import type { HeaderType } from "./header";
import type { JwksMode } from "./keySource";
import type { SigningAlgorithm } from "./signingKey";

/** A key that signs tokens instead of Clerk's own. */
export interface SigningKeyArgs {
  /** HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. */
  algorithm: pulumi.Input<SigningAlgorithm>;
  /** The shared key, or the public key or certificate as PEM; treated as secret. */
  key: pulumi.Input<string>;
}

/** Where the engine looks for the token. */
export interface HeaderArgs {
  /** Authorization, Cookie or CustomHeader. */
  type: pulumi.Input<HeaderType>;
  /** Name of the cookie or header; not used with Authorization. Default: none. */
  name?: pulumi.Input<string>;
}

/** Where one session variable comes from: a path into the token, or a fixed value. */
export interface ClaimSourceArgs {
  /** JSON path, for example `$.sub`. Default: none. */
  path?: pulumi.Input<string>;
  /** Used when the path leads nowhere. Default: none. */
  default?: pulumi.Input<string>;
  /** The same for a list, as x-hasura-allowed-roles wants. Default: none. */
  defaults?: pulumi.Input<pulumi.Input<string>[]>;
  /** Fixed value. Default: none. */
  literal?: pulumi.Input<string>;
  /** Fixed list. Default: none. */
  literals?: pulumi.Input<pulumi.Input<string>[]>;
}

/**
 * Whose tokens the engine accepts. Set exactly one of publishableKey, frontendApi, jwksUrl and signingKey; or a signingKey beside
 * one of the first two, where a Clerk template signs with a key of its own.
 */
export interface IdentityArgs {
  /** Clerk's publishable key (`pk_test_…` or `pk_live_…`); the Frontend API host is read out of it. Default: none. */
  publishableKey?: pulumi.Input<string>;
  /** Clerk's Frontend API: a host, or its https origin. Default: none. */
  frontendApi?: pulumi.Input<string>;
  /** JWKS URL of any issuer (https); treated as secret where it has a query. Default: none. */
  jwksUrl?: pulumi.Input<string>;
  /** A key of your own, as in a Clerk template with a custom signing key. Default: none. */
  signingKey?: SigningKeyArgs;
  /** Accept only this `iss`; set it beside jwksUrl or signingKey alone. Default: `https://<Frontend API host>` with publishableKey or frontendApi, otherwise any. */
  issuer?: pulumi.Input<string>;
  /** Accept only tokens for one of these. Default: any. */
  audience?: pulumi.Input<pulumi.Input<string>[]>;
  /** Clock difference in seconds that is forgiven, 0 to 300. Default: 5. */
  allowedSkewSeconds?: pulumi.Input<number>;
  /**
   * `template`, `session-token` or `session-token-v1`: which tokens are sent. Default: `session-token` with publishableKey or
   * frontendApi where neither a template nor another setting about claims or keys is set, otherwise `template`.
   */
  claims?: pulumi.Input<ClaimsSource>;
  /** `fetched` by the engine, or `pinned` by each update, which survives an outage of the key set. Default: `fetched`. */
  jwks?: JwksMode;
  /** Key of the set to pin, by its `kid`. Default: the only one there is. */
  pinnedKeyId?: pulumi.Input<string>;
  /** Claim that holds the x-hasura-* values. Default: `https://hasura.io/jwt/claims`. */
  claimsNamespace?: pulumi.Input<string>;
  /** JSON path of that claim, instead of its name. Default: none. */
  claimsNamespacePath?: pulumi.Input<string>;
  /** `json` or `stringified_json`. Default: `json`. */
  claimsFormat?: pulumi.Input<ClaimsFormat>;
  /** Session variables by name, taken from anywhere in the token; excludes the namespace settings. Default: none. */
  claimsMap?: pulumi.Input<Record<string, ClaimSourceArgs>>;
  /** Where the token is sent. Default: the Authorization header. */
  header?: HeaderArgs;
  /** Role a token speaks for unless it asks for another. Default: the only one of allowedRoles, otherwise `user`. */
  defaultRole?: pulumi.Input<string>;
  /** Roles a token may ask for; never `admin`. Default: the default role alone. */
  allowedRoles?: pulumi.Input<pulumi.Input<string>[]>;
  /** Role of requests without a token. Default: none, they are refused. */
  unauthorizedRole?: pulumi.Input<string>;
  /** Accept a JWKS URL without TLS, for tests only. Default: false. */
  allowHttpJwks?: pulumi.Input<boolean>;
}
