// The plugin host compiles from the folder of whoever asks, without the tsconfig of this one.
/// <reference lib="es2023" />
export { ClaimsFormat } from "./clerk/claims";
export { ClaimsSource } from "./clerk/claimsChoice";
export { HeaderType } from "./clerk/header";
export type {
  ClaimSourceArgs,
  HeaderArgs,
  IdentityArgs,
  SigningKeyArgs,
} from "./clerk/identityArgs";
export { JwksMode } from "./clerk/keySource";
export { SigningAlgorithm } from "./clerk/signingKey";
export { ClaimsNamespace, type HasuraClaimsArgs } from "./clerk/template/hasuraClaimsArgs";
export { ClerkHasura, type ContainerNames, type ImageDigests } from "./components/clerkHasura";
export {
  ClerkJwtTemplate,
  type ClerkJwtTemplateArgs,
  type TemplateSigningKeyArgs,
} from "./components/clerkJwtTemplate";
export { ClerkSigningKey, type ClerkSigningKeyArgs } from "./components/clerkSigningKey";
export type { HasuraCloudSchemaArgs } from "./components/cloudSchema";
export { hasuraClaims, postgresArray } from "./components/hasuraClaims";
export {
  HasuraCloud,
  type HasuraCloudArgs,
  type HasuraCloudProjectArgs,
} from "./components/hasuraCloud";
export { type HasuraArgs, Preset } from "./hasura/hasuraArgs";
export {
  Adoptable,
  type ExternalPostgresArgs,
  type PostgresArgs,
  SslMode,
} from "./postgres/postgresArgs";
export type { SchemaArgs } from "./schema/schemaArgs";
export type { ClerkHasuraArgs, TemplateArgs, TemplateKeyArgs } from "./settings/clerkHasuraArgs";
