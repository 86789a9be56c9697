export { ClaimsFormat } from "./clerk/claims";
export { HeaderType } from "./clerk/header";
export type {
  ClaimSourceArgs,
  HeaderArgs,
  IdentityArgs,
  SigningKeyArgs,
} from "./clerk/identityArgs";
export { SigningAlgorithm } from "./clerk/signingKey";
export { ClerkHasura } from "./clerkHasura";
export type { ClerkHasuraArgs, ContainerNames, ImageDigests } from "./clerkHasuraArgs";
export { type HasuraArgs, Preset } from "./hasura/hasuraArgs";
export { type ExternalPostgresArgs, type PostgresArgs, SslMode } from "./postgres/postgresArgs";
