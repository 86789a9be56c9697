import type * as pulumi from "@pulumi/pulumi";
import type { SigningAlgorithm } from "../clerk/signingKey";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import type { ClerkHasuraArgs } from "../components/clerkHasuraArgs";

/** The JWT template that the program looks after in Clerk, and the key it signs with. */
export interface TemplateSettings {
  /** Clerk's secret key (`sk_test_…` or `sk_live_…`); with it the program looks after a JWT template. Treated as secret. */
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
  /** Sign the template's tokens with a key of your own, by this algorithm. Default: Clerk's own key. */
  signingAlgorithm?: SigningAlgorithm;
  /** That key: the shared one, or the private one as PEM; treated as secret. Default: generated. */
  signingKey?: pulumi.Input<string>;
  /** Any text; a new one makes a new generated key. Default: none. */
  keyRotation?: string;
}

/** Everything that the program is configured with. */
export interface ProgramArgs extends ClerkHasuraArgs {
  /** The JWT template in Clerk. Default: none is looked after. */
  template?: TemplateSettings;
}
