import { StartupError } from "./engineError";
import { EnvironmentReader, fail, type ProcessEnvironment } from "./environmentReader";
import { type JwtConfig, parseJwtSecret } from "./jwtSecret";

/** The engine's settings after start-up; names follow the HASURA_GRAPHQL_ variables. */
export type EngineConfig = {
  metadataDatabaseUrl: string;
  extensionsSchema: string;
  adminSecret?: string;
  jwt?: JwtConfig;
  unauthorizedRole?: string;
  port: number;
  host?: string;
  enabledApis: string[];
  enabledLogTypes: string[];
  logLevel: string;
  corsDomains: string[];
  disableCors: boolean;
  wsReadCookie: boolean;
  enableConsole: boolean;
  devMode: boolean;
  adminInternalErrors: boolean;
  stringifyNumericTypes: boolean;
  inferFunctionPermissions: boolean;
  remoteSchemaPermissions: boolean;
  /** Milliseconds; 0 switches the poll off. */
  schemaSyncPollInterval: number;
  /** Milliseconds between two polls of a live query. */
  liveQueryInterval: number;
  /** Milliseconds from the connection to its initialization. */
  initTimeout: number;
  /** Milliseconds between two keepalive messages of a socket. */
  keepalive: number;
  certificateDirectory: string;
  /** Milliseconds between two looks at the key set's expiry. */
  jwksLookInterval: number;
  /** Whether a stop waits for requests alone. */
  quickStop: boolean;
};

const APIS = ["metadata", "graphql", "pgdump", "developer", "config", "metrics"];
const LOG_TYPES = [
  "startup",
  "http-log",
  "webhook-log",
  "websocket-log",
  "query-log",
  "execution-log",
  "livequery-poller-log",
  "action-handler-log",
  "data-connector-log",
  "jwk-refresh-log",
  "validate-insert-input-log",
];
const LOG_LEVELS = ["debug", "info", "warn", "error"];
const FEATURES = [
  "inherited_roles",
  "optimize_permission_filters",
  "naming_convention",
  "streaming_subscriptions",
  "apollo_federation",
  "hide_update_many_fields",
  "bigquery_string_numeric_input",
  "hide_aggregation_predicates",
  "hide_stream_fields",
  "group_by_aggregations",
  "disable_postgres_arrays",
  "no_null_unbound_variable_default",
  "remove_empty_subscription_responses",
];
const APIS_REFUSAL = `Only expecting list of comma separated API types ${APIS.join(",")}`;
const LOG_TYPES_REFUSAL = `Error in $: Valid list of comma-separated log types: ${JSON.stringify(LOG_TYPES)}`;
const LOG_LEVEL_REFUSAL = "Valid log levels: debug, info, warn or error";
const FEATURES_REFUSAL =
  "Only expecting list of comma separated experimental features, options are:" +
  FEATURES.join(", ");
const LEFT_OUT = [
  "AUTH_HOOK",
  "DATABASE_URL",
  "EXPERIMENTAL_FEATURES",
  "READ_REPLICA_URLS",
  "EE_LICENSE_KEY",
];
const LEFT_OUT_WHEN_TRUE = [
  "ENABLE_ALLOWLIST",
  "ENABLE_MAINTENANCE_MODE",
  "ENABLE_APOLLO_FEDERATION",
];
const TOLERATED_BOOLEANS = [
  "ENABLE_TELEMETRY",
  "USE_PREPARED_STATEMENTS",
  "CLOSE_WEBSOCKETS_ON_METADATA_CHANGE",
  "ENABLE_METADATA_QUERY_LOGGING",
  "PRESERVE_401_ERRORS",
  "ENABLE_RELAY",
  "DISABLE_EVENTING",
];

/**
 * Settings from the environment.
 * @throws StartupError with the engine's text, or naming what the double leaves out.
 */
export function parseEnvironment(env: ProcessEnvironment): EngineConfig {
  const read = new EnvironmentReader(env);
  const adminSecret = read.text("ADMIN_SECRET") ?? read.text("ACCESS_KEY");
  const jwtText = read.text("JWT_SECRET");
  const unauthorizedRole = read.text("UNAUTHORIZED_ROLE");
  if (unauthorizedRole === "") fail("UNAUTHORIZED_ROLE", "empty string not allowed");
  const jwt = jwtText === undefined ? undefined : parseJwtSecret(jwtText);
  const settings = parseSettings(read);
  checkAuthMode(read, adminSecret, jwt, unauthorizedRole);
  refuseLeftOut(read);
  const metadataDatabaseUrl = read.text("METADATA_DATABASE_URL");
  if (metadataDatabaseUrl === undefined) {
    throw new StartupError(
      "Fatal Error: Either of --metadata-database-url or --database-url option expected",
    );
  }
  if (metadataDatabaseUrl.startsWith("dynamic-from-file:")) leftOut("a dynamic-from-file URL");
  return {
    ...settings,
    metadataDatabaseUrl,
    ...(adminSecret === undefined ? {} : { adminSecret }),
    ...(jwt === undefined ? {} : { jwt }),
    ...(unauthorizedRole === undefined ? {} : { unauthorizedRole }),
  };
}

function parseSettings(read: EnvironmentReader): Omit<EngineConfig, "metadataDatabaseUrl"> {
  const host = read.text("SERVER_HOST");
  const defaultApis = ["metadata", "graphql", "pgdump", "config"];
  const defaultLogs = ["startup", "http-log", "webhook-log", "websocket-log", "jwk-refresh-log"];
  const level = read.text("LOG_LEVEL") ?? "info";
  if (!LOG_LEVELS.includes(level)) fail("LOG_LEVEL", LOG_LEVEL_REFUSAL);
  for (const name of TOLERATED_BOOLEANS) read.boolean(name, true);
  read.integer("GRACEFUL_SHUTDOWN_TIMEOUT", 60);
  read.list("EXPERIMENTAL_FEATURES", FEATURES, [], FEATURES_REFUSAL);
  return {
    extensionsSchema: read.text("METADATA_DATABASE_EXTENSIONS_SCHEMA") ?? "public",
    port: read.port("SERVER_PORT", 8080),
    ...(host === undefined || host === "*" ? {} : { host }),
    enabledApis: read.list("ENABLED_APIS", APIS, defaultApis, APIS_REFUSAL),
    enabledLogTypes: read.list("ENABLED_LOG_TYPES", LOG_TYPES, defaultLogs, LOG_TYPES_REFUSAL),
    logLevel: level,
    corsDomains: read.origins("CORS_DOMAIN"),
    disableCors: read.boolean("DISABLE_CORS", false),
    wsReadCookie: read.boolean("WS_READ_COOKIE", false),
    enableConsole: read.boolean("ENABLE_CONSOLE", false),
    devMode: read.boolean("DEV_MODE", false),
    adminInternalErrors: read.boolean("ADMIN_INTERNAL_ERRORS", true),
    stringifyNumericTypes: read.boolean("STRINGIFY_NUMERIC_TYPES", false),
    inferFunctionPermissions: read.boolean("INFER_FUNCTION_PERMISSIONS", true),
    remoteSchemaPermissions: read.boolean("ENABLE_REMOTE_SCHEMA_PERMISSIONS", false),
    schemaSyncPollInterval: read.integer("SCHEMA_SYNC_POLL_INTERVAL", 1000),
    liveQueryInterval: read.integer("LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL", 1000),
    initTimeout: read.integer("WEBSOCKET_CONNECTION_INIT_TIMEOUT", 3) * 1000,
    keepalive: read.integer("WEBSOCKET_KEEPALIVE", 5) * 1000,
    // SYSTEM_CERTIFICATE_PATH and SSL_CERT_* do nothing, since the engine clears its environment at the start.
    certificateDirectory: read.own("CERTIFICATES") ?? "/etc/ssl/certs",
    jwksLookInterval: Number(read.own("JWKS_SECONDS") ?? 60) * 1000,
    quickStop: read.own("QUICK_STOP") === "true",
  };
}

/** The combinations that Auth.hs setupAuthMode refuses. */
function checkAuthMode(
  read: EnvironmentReader,
  adminSecret: string | undefined,
  jwt: JwtConfig | undefined,
  unauthorizedRole: string | undefined,
): void {
  const hook = read.text("AUTH_HOOK");
  const needsSecret =
    "requires --admin-secret (HASURA_GRAPHQL_ADMIN_SECRET) or " +
    " --access-key (HASURA_GRAPHQL_ACCESS_KEY) to be set";
  if (jwt !== undefined && adminSecret === undefined) {
    throw new StartupError(`Fatal Error : --jwt-secret (HASURA_GRAPHQL_JWT_SECRET) ${needsSecret}`);
  }
  if (jwt !== undefined && hook !== undefined) {
    throw new StartupError(
      "Fatal Error: Both webhook and JWT mode cannot be enabled at the same time",
    );
  }
  if (unauthorizedRole !== undefined && (adminSecret === undefined || hook !== undefined)) {
    throw new StartupError(
      `Fatal Error: --unauthorized-role (HASURA_GRAPHQL_UNAUTHORIZED_ROLE) ${needsSecret} and is ` +
        "not allowed when --auth-hook (HASURA_GRAPHQL_AUTH_HOOK) is set",
    );
  }
}

function refuseLeftOut(read: EnvironmentReader): void {
  for (const name of LEFT_OUT) {
    if (read.text(name) !== undefined) leftOut(`HASURA_GRAPHQL_${name}`);
  }
  for (const name of LEFT_OUT_WHEN_TRUE) {
    if (read.boolean(name, false)) leftOut(`HASURA_GRAPHQL_${name}=true`);
  }
}

function leftOut(what: string): never {
  throw new StartupError(
    `Fatal Error: the clerk-hasura double of Hasura does not implement ${what} (see its CONTRACT.md)`,
  );
}
