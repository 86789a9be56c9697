import type * as pulumi from "@pulumi/pulumi";
import type { IdentityArgs } from "../clerk/identityArgs";
import type { HasuraArgs } from "../hasura/hasuraArgs";
import type { PostgresArgs } from "../postgres/postgresArgs";

/** What a stack of Postgres and Hasura behind Clerk is made of. */
export interface ClerkHasuraArgs {
  /** Whose tokens are accepted. */
  identity: IdentityArgs;
  /** The GraphQL engine. Default: the production preset on port 8080 of this host. */
  hasura?: HasuraArgs;
  /** The database. Default: a container with a protected volume. */
  postgres?: PostgresArgs;
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

/** Names of the containers that run. */
export interface ContainerNames {
  /** The engine's. */
  hasura: string;
  /** The database server's; absent with an external one. */
  postgres?: string;
}

/** Exact images that run: digest in the registry, or id where an image was built on the host. */
export interface ImageDigests {
  /** The engine's. */
  hasura: string;
  /** The database server's; absent with an external one. */
  postgres?: string;
}
