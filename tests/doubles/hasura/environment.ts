import { StartupError } from "./engineError";
import { type JwtConfig, parseJwtSecret } from "./jwtSecret";

export type ProcessEnvironment = Record<string, string | undefined>;

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
  /** Seconds. */
  gracefulShutdownTimeout: number;
  /** Milliseconds; 0 switches the poll off. */
  schemaSyncPollInterval: number;
  /** Milliseconds between two polls of a live query. */
  liveQueryInterval: number;
  certificateDirectory: string;
  /** Milliseconds between two looks at the key set's expiry. */
  jwksLookInterval: number;
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
  "validate-input-log",
];
const LOG_LEVELS = ["debug", "info", "warn", "error"];
const LEFT_OUT = [
  "AUTH_HOOK",
  "JWT_SECRETS",
  "ADMIN_SECRETS",
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
];

function fail(name: string, reason: string): never {
  throw new StartupError(`Fatal Error:- Environment variable HASURA_GRAPHQL_${name}: ${reason}`);
}

/** Reads typed values of HASURA_GRAPHQL_ variables with the engine's refusals (Env.hs). */
class EnvironmentReader {
  constructor(private readonly env: ProcessEnvironment) {}

  text(name: string): string | undefined {
    return this.env[`HASURA_GRAPHQL_${name}`];
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return fallback;
    if (["true", "t", "yes", "y"].includes(value)) return true;
    if (["false", "f", "no", "n"].includes(value)) return false;
    return fail(
      name,
      'Not a valid boolean text. True values are ["true","t","yes","y"] and ' +
        'False values are ["false","f","no","n"]. All values are case insensitive',
    );
  }

  integer(name: string, fallback: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    return /^\d+$/.test(value) ? Number(value) : fail(name, `expecting a non-negative integer`);
  }

  /** `*` alone, or origins with a scheme; everything else stops the engine (Hasura.Server.Cors). */
  origins(name: string): string[] {
    const value = this.text(name) ?? "*";
    if (value === "*") return ["*"];
    const items = value.split(",").map((item) => item.trim());
    const wrong = items.find((item) => !/^[A-Za-z0-9+.-]+:\/\/./.test(item));
    if (wrong === undefined) return items;
    const rule = "All domains should have scheme + (optional wildcard) host + (optional port)";
    return fail(name, `invalid domain: '${wrong}'. ${rule}`);
  }

  list(name: string, allowed: string[], fallback: string[], what: string): string[] {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const items = value.split(",").map((item) => item.trim());
    if (items.every((item) => allowed.includes(item))) return items;
    return fail(name, `Only expecting list of comma separated ${what}: ${allowed.join(",")}`);
  }
}

/**
 * Settings from the environment.
 * @throws StartupError with the engine's text, or naming what the double leaves out.
 */
export function parseEnvironment(env: ProcessEnvironment): EngineConfig {
  const read = new EnvironmentReader(env);
  const adminSecret = read.text("ADMIN_SECRET") ?? read.text("ACCESS_KEY");
  const jwtText = read.text("JWT_SECRET");
  const unauthorizedRole = read.text("UNAUTHORIZED_ROLE");
  if (adminSecret === "") fail("ADMIN_SECRET", "empty string not allowed");
  if (unauthorizedRole === "") fail("UNAUTHORIZED_ROLE", "empty string not allowed");
  const jwt = jwtText === undefined ? undefined : parseJwtSecret(jwtText);
  const settings = parseSettings(read, env);
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

function parseSettings(
  read: EnvironmentReader,
  env: ProcessEnvironment,
): Omit<EngineConfig, "metadataDatabaseUrl"> {
  const host = read.text("SERVER_HOST");
  const defaultApis = ["metadata", "graphql", "pgdump", "config"];
  const defaultLogs = ["startup", "http-log", "webhook-log", "websocket-log", "jwk-refresh-log"];
  const level = read.text("LOG_LEVEL") ?? "info";
  if (!LOG_LEVELS.includes(level)) fail("LOG_LEVEL", `expected one of ${LOG_LEVELS.join("/")}`);
  for (const name of TOLERATED_BOOLEANS) read.boolean(name, true);
  return {
    extensionsSchema: read.text("METADATA_DATABASE_EXTENSIONS_SCHEMA") ?? "public",
    port: read.integer("SERVER_PORT", 8080),
    ...(host === undefined || host === "*" ? {} : { host }),
    enabledApis: read.list("ENABLED_APIS", APIS, defaultApis, "API types"),
    enabledLogTypes: read.list("ENABLED_LOG_TYPES", LOG_TYPES, defaultLogs, "log types"),
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
    gracefulShutdownTimeout: read.integer("GRACEFUL_SHUTDOWN_TIMEOUT", 60),
    schemaSyncPollInterval: read.integer("SCHEMA_SYNC_POLL_INTERVAL", 1000),
    liveQueryInterval: read.integer("LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL", 1000),
    // SYSTEM_CERTIFICATE_PATH and SSL_CERT_* do nothing, since the engine clears its environment at the start.
    certificateDirectory: env.CLERK_HASURA_DOUBLE_CERTIFICATES ?? "/etc/ssl/certs",
    jwksLookInterval: Number(env.CLERK_HASURA_DOUBLE_JWKS_SECONDS ?? 60) * 1000,
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
    const role = "--unauthorized-role (HASURA_GRAPHQL_UNAUTHORIZED_ROLE)";
    throw new StartupError(
      hook === undefined
        ? `Fatal Error: ${role} ${needsSecret}`
        : `Fatal Error: ${role} is not allowed when --auth-hook (HASURA_GRAPHQL_AUTH_HOOK) is set`,
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
