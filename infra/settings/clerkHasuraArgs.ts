import type * as pulumi from "@pulumi/pulumi";
import type { IdentityArgs } from "../clerk/identityArgs";
import type { SigningAlgorithm } from "../clerk/signingKey";
import type { HasuraClaimsArgs } from "../clerk/template/hasuraClaimsArgs";
import type { HasuraArgs, Preset } from "../hasura/hasuraArgs";
import type { PostgresArgs } from "../postgres/postgresArgs";
import type { SchemaArgs } from "../schema/schemaArgs";

/** What a stack of Postgres and Hasura behind Clerk is made of. */
export interface ClerkHasuraArgs {
  /** `development` or `production`: which defaults the stack starts from, and what it refuses. Default: `production`. */
  preset?: Preset;
  /** Whose tokens are accepted. Default: in development those of a generated HS256 key. */
  identity?: IdentityArgs;
  /** The GraphQL engine. Default: on port 8080 of this host. */
  hasura?: HasuraArgs;
  /** The database. Default: a container with a protected volume. */
  postgres?: PostgresArgs;
  /** The schema that is applied after the engine's start. Default: none; the engine keeps what it has. */
  schema?: SchemaArgs;
  /** The JWT template in Clerk. Default: none is managed. */
  template?: TemplateArgs;
  /** Settings that the production preset refuses and this stack may have all the same, by path, such as `hasura.console`. Default: none. */
  allowInProduction?: string[];
  /**
   * Docker engine that the steps and the probe ask, as DOCKER_HOST names it. Default: the docker provider's, which is `docker:host`
   * or `docker:context` of the configuration unless a provider is passed. Another engine than the provider's is refused.
   */
  dockerHost?: pulumi.Input<string>;
  /** Run the doctor's checks as the last step of an update that changed the engine, and fail where one of them does. Default: false. */
  probe?: boolean;
  /** Keep the data and what belongs to it, and run nothing. Default: false. */
  suspended?: boolean;
}

/** A JWT template of the identity's Clerk instance, whose claims agree with the identity. */
export interface TemplateArgs {
  /** Clerk's secret key (`sk_test_…` or `sk_live_…`); treated as secret. */
  secretKey: pulumi.Input<string>;
  /** Name that apps ask for by `getToken({ template })`. Default: `hasura`. */
  name?: pulumi.Input<string>;
  /** What its claims hold. Default: roles, namespace and audience of the identity, and the user's id. */
  claims?: HasuraClaimsArgs;
  /** Shortcodes in the claims that Clerk has and this package does not know, without braces, such as `user.last_active_at`. Default: none. */
  shortcodes?: string[];
  /** Lifetime of its tokens in seconds, 30 to 315360000. Default: 60. */
  lifetimeSeconds?: pulumi.Input<number>;
  /** Seconds that a token is valid before it was made, 0 to 300. Default: 5. */
  allowedSkewSeconds?: pulumi.Input<number>;
  /** Take over a template of this name that exists already; remove it after the first up. Default: false. */
  adopt?: boolean;
  /** Take over the template of this id (`jtmp_…`) when it is created here; remove it after the first up. Default: none. */
  importId?: string;
  /** Clerk's Backend API. Default: `https://api.clerk.com`. */
  apiUrl?: pulumi.Input<string>;
  /** Sign its tokens with a key of your own, of which the engine gets the half that verifies. Default: Clerk's own key. */
  signingKey?: TemplateKeyArgs;
}

/** Key with which the template signs. */
export interface TemplateKeyArgs {
  /** HS256, HS384, HS512, RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. Default: HS256. */
  algorithm?: SigningAlgorithm;
  /** The shared key, or the unencrypted private key as PEM; treated as secret. Default: generated. */
  key?: pulumi.Input<string>;
  /** Any text; a new one makes a new generated key. Default: none. */
  rotation?: pulumi.Input<string>;
}
