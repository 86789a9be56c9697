import type * as pulumi from "@pulumi/pulumi";
import type { SigningAlgorithm } from "../clerk/signingKey";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import type { ClerkHasuraArgs } from "../components/clerkHasuraArgs";
import type { Preset } from "../hasura/hasuraArgs";

/** A signing key of the template's own; the half that verifies goes to the engine. */
export interface TemplateKeySettings {
  /** HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. Default: HS256. */
  algorithm?: SigningAlgorithm;
  /** The shared key, or the private key as PEM; treated as secret. Default: generated. */
  key?: pulumi.Input<string>;
  /** Any text; a new one makes a new generated key. Default: none. */
  rotation?: string;
}

/** The JWT template that the program manages in Clerk, and the key it signs with. */
export interface TemplateSettings {
  /** Clerk's secret key (`sk_test_…` or `sk_live_…`); with it the program manages a JWT template. Treated as secret. Default: none, and no template is managed. */
  secretKey?: pulumi.Input<string>;
  /** Name that apps ask for by `getToken({ template })`. Default: `hasura`. */
  name?: string;
  /** What its claims hold, as hasuraClaims takes it. Default: roles, namespace and audience as configured, and the user's id. */
  claims?: HasuraClaimsArgs;
  /** Shortcodes in the claims that Clerk has and this package does not know, without braces, such as `user.last_active_at`. Default: none. */
  shortcodes?: string[];
  /** Lifetime of its tokens in seconds, 30 to 315360000. Default: 60. */
  lifetimeSeconds?: number;
  /** Seconds that a token is valid before it was made, 0 to 300. Default: 5. */
  allowedSkewSeconds?: number;
  /** Take over a template of this name that exists already; remove it after the first up. Default: false. */
  adopt?: boolean;
  /** Take over the template of this id (`jtmp_…`) when it is created here; remove it after the first up. Default: none. */
  importId?: string;
  /** Clerk's Backend API. Default: `https://api.clerk.com`. */
  apiUrl?: string;
  /** Key of its own that the template signs with. Default: Clerk's own key signs. */
  signingKey?: TemplateKeySettings;
}

/** Everything that the program is configured with. */
export interface ProgramArgs extends ClerkHasuraArgs {
  /** `development` or `production`: which defaults the stack starts from, and what it refuses. Default: `production`. */
  preset?: Preset;
  /** Settings that the production preset refuses and that are allowed all the same, by path, such as `hasura.console`. Default: none. */
  allowInProduction?: string[];
  /** The JWT template in Clerk. Default: none is managed. */
  template?: TemplateSettings;
}
