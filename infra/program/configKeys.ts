import { HASURA_DEFAULTS } from "../hasura/hasuraArgs";

/** How a configuration value is written. */
export const ConfigKind = {
  Text: "text",
  Number: "number",
  Boolean: "true or false",
  List: "list",
  Record: "object",
} as const;
export type ConfigKind = (typeof ConfigKind)[keyof typeof ConfigKind];

/** One key of the stack's configuration and the argument it becomes. */
export interface ConfigKey {
  key: string;
  /** Argument of ClerkHasura, with dots between its parts. */
  argument: string;
  kind: ConfigKind;
  /** Whether the value is secret (`pulumi config set --secret`). Default: false. */
  secret?: boolean;
  /** What it is when absent, as the README says it. */
  standard: string;
}

const { Text, Number: Num, Boolean: Bool, List, Record: Rec } = ConfigKind;

function key(
  name: string,
  argument: string,
  kind: ConfigKind,
  standard: string,
  secret?: boolean,
): ConfigKey {
  return { key: name, argument, kind, standard, ...(secret ? { secret } : {}) };
}

/** Every configuration key of the program; any other key of the project's namespace is refused as a misspelling. */
export const CONFIG_KEYS: readonly ConfigKey[] = [
  key("publishableKey", "identity.publishableKey", Text, "—"),
  key("frontendApi", "identity.frontendApi", Text, "—"),
  key("jwksUrl", "identity.jwksUrl", Text, "—"),
  key("signingAlgorithm", "identity.signingKey.algorithm", Text, "—"),
  key(
    "signingKey",
    "identity.signingKey.key",
    Text,
    "generated HS256 key where nothing else names a key",
    true,
  ),
  key(
    "issuer",
    "identity.issuer",
    Text,
    "Clerk's Frontend API with `publishableKey` or `frontendApi`; any with `jwksUrl` or `signingKey` alone",
  ),
  key("audience", "identity.audience", List, "any"),
  key("allowedSkewSeconds", "identity.allowedSkewSeconds", Num, "5"),
  key(
    "claims",
    "identity.claims",
    Text,
    "session-token with Clerk's own key alone, otherwise template",
  ),
  key("jwks", "identity.jwks", Text, "fetched"),
  key("pinnedKeyId", "identity.pinnedKeyId", Text, "the only one there is"),
  key("claimsNamespace", "identity.claimsNamespace", Text, "https://hasura.io/jwt/claims"),
  key("claimsNamespacePath", "identity.claimsNamespacePath", Text, "—"),
  key("claimsFormat", "identity.claimsFormat", Text, "json"),
  key("claimsMap", "identity.claimsMap", Rec, "—"),
  key("headerType", "identity.header.type", Text, "Authorization"),
  key("headerName", "identity.header.name", Text, "—"),
  key("defaultRole", "identity.defaultRole", Text, "the only allowed role, otherwise `user`"),
  key("allowedRoles", "identity.allowedRoles", List, "the default role"),
  key("unauthorizedRole", "identity.unauthorizedRole", Text, "none: refused"),
  key("allowHttpJwks", "identity.allowHttpJwks", Bool, "false"),
  key("clerkSecretKey", "template.secretKey", Text, "none: no template", true),
  key("templateName", "template.name", Text, "hasura"),
  key("templateClaims", "template.claims", Rec, "as the identity says"),
  key("templateShortcodes", "template.shortcodes", List, "none"),
  key("templateLifetimeSeconds", "template.lifetimeSeconds", Num, "60"),
  key("templateSkewSeconds", "template.allowedSkewSeconds", Num, "5"),
  key("templateAdopt", "template.adopt", Bool, "false"),
  key("templateImportId", "template.importId", Text, "none"),
  key("templateSigningAlgorithm", "template.signingKey.algorithm", Text, "Clerk's own key"),
  key("templateSigningKey", "template.signingKey.key", Text, "generated", true),
  key("templateKeyRotation", "template.signingKey.rotation", Text, "none"),
  key("clerkApiUrl", "template.apiUrl", Text, "https://api.clerk.com"),
  key("probe", "probe", Bool, "false"),
  key("hasuraImage", "hasura.image", Text, HASURA_DEFAULTS.image),
  key("requireClaims", "hasura.requireClaims", Bool, "on with a tag of v2.49.4 or newer"),
  key("port", "hasura.port", Num, "8080"),
  key("bindAddress", "hasura.bindAddress", Text, "127.0.0.1"),
  key("adminSecret", "hasura.adminSecret", Text, "generated", true),
  key("preset", "preset", Text, "production"),
  key("allowInProduction", "allowInProduction", List, "none"),
  key("console", "hasura.console", Bool, "by preset"),
  key("devMode", "hasura.devMode", Bool, "by preset"),
  key("corsDomains", "hasura.corsDomains", List, "by preset"),
  key(
    "enabledApis",
    "hasura.enabledApis",
    List,
    "graphql, metadata; in development config, pgdump too",
  ),
  key(
    "logTypes",
    "hasura.logTypes",
    List,
    "startup, http-log, webhook-log, websocket-log, jwk-refresh-log",
  ),
  key("env", "hasura.env", Rec, "none", true),
  key("hasuraMemoryMb", "hasura.memoryMb", Num, "1024"),
  key("hasuraCpus", "hasura.cpus", Num, "1"),
  key("hasuraGraceSeconds", "hasura.graceSeconds", Num, "20"),
  key("networks", "hasura.networks", List, "none"),
  key("extraHosts", "hasura.extraHosts", Rec, "`host.docker.internal` for the Docker host"),
  key("caCertificates", "hasura.caCertificates", List, "none"),
  key("postgresImage", "postgres.image", Text, "postgres:17-bookworm"),
  key("postgresVersion", "postgres.majorVersion", Num, "17"),
  key("metadataDatabase", "postgres.metadataDatabase", Text, "hasura_metadata"),
  key("applicationDatabase", "postgres.applicationDatabase", Text, "app"),
  key("engineRole", "postgres.engineRole", Text, "hasura"),
  key("adopt", "postgres.adopt", List, "none; all three with `adoptVolume`"),
  key("adoptVolume", "postgres.adoptVolume", Text, "none"),
  key("extensions", "postgres.extensions", List, "none but pgcrypto"),
  key("collation", "postgres.collation", Text, "C"),
  key("characterType", "postgres.characterType", Text, "C.UTF-8"),
  key("postgresPort", "postgres.port", Num, "5432"),
  key("postgresBindAddress", "postgres.bindAddress", Text, "127.0.0.1"),
  key("postgresParameters", "postgres.parameters", Rec, "none"),
  key("postgresShmSizeMb", "postgres.shmSizeMb", Num, "256"),
  key("postgresMemoryMb", "postgres.memoryMb", Num, "1024"),
  key("postgresCpus", "postgres.cpus", Num, "1"),
  key("postgresGraceSeconds", "postgres.graceSeconds", Num, "90"),
  key("protectData", "postgres.protectData", Bool, "true"),
  key("externalHost", "postgres.external.host", Text, "—"),
  key("externalEngineHost", "postgres.external.engineHost", Text, "externalHost"),
  key("externalPort", "postgres.external.port", Num, "5432"),
  key("externalEnginePort", "postgres.external.enginePort", Num, "externalPort"),
  key("externalUser", "postgres.external.user", Text, "—"),
  key("externalPassword", "postgres.external.password", Text, "—", true),
  key("externalDatabase", "postgres.external.database", Text, "postgres"),
  key("externalSslMode", "postgres.external.sslMode", Text, "verify-full"),
  key("externalSuperuser", "postgres.external.superuser", Bool, "false"),
];
