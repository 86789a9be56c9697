// The plugin host compiles from the folder of whoever asks, without the tsconfig of this one.
/// <reference lib="es2023" />
export { ClaimsFormat } from "./clerk/claims";
export { ClaimsSource, JwksMode } from "./clerk/claimsSource";
export { HeaderType } from "./clerk/header";
export type {
  ClaimSourceArgs,
  HeaderArgs,
  IdentityArgs,
  SigningKeyArgs,
} from "./clerk/identityArgs";
export { SigningAlgorithm } from "./clerk/signingKey";
export { ClaimsNamespace, type HasuraClaimsArgs } from "./clerk/template/hasuraClaimsArgs";
export { ClerkHasura } from "./clerkHasura";
export type { ClerkHasuraArgs, ContainerNames, ImageDigests } from "./clerkHasuraArgs";
export { ClerkJwtTemplate } from "./clerkJwtTemplate";
export type { ClerkJwtTemplateArgs, TemplateSigningKeyArgs } from "./clerkJwtTemplateArgs";
export { ClerkSigningKey, type ClerkSigningKeyArgs } from "./clerkSigningKey";
export { type HasuraArgs, Preset } from "./hasura/hasuraArgs";
export { hasuraClaims } from "./hasuraClaims";
export { HasuraCloud } from "./hasuraCloud";
export type { HasuraCloudArgs, HasuraCloudProjectArgs } from "./hasuraCloudArgs";
export {
  Adoptable,
  type ExternalPostgresArgs,
  type PostgresArgs,
  SslMode,
} from "./postgres/postgresArgs";
export { postgresArray } from "./postgresArray";
