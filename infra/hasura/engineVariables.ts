/** What the engine can read from the text of one of its variables. */
interface ValueRule {
  allowed: string;
  fits: (text: string) => boolean;
}

const SWITCH: ValueRule = {
  allowed: "true, t, yes, y, false, f, no or n",
  fits: (text) => /^(?:true|t|yes|y|false|f|no|n)$/i.test(text),
};
const WHOLE: ValueRule = {
  allowed: "a whole number of 0 or more, without a unit",
  fits: (text) => /^\s*\d+\s*$/.test(text),
};
const POSITIVE: ValueRule = {
  allowed: "a whole number of 1 or more",
  fits: (text) => WHOLE.fits(text) && Number(text) > 0,
};
const DECIMAL: ValueRule = {
  allowed: "a number of 0 or more, without a unit",
  fits: (text) => /^\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text),
};
const PORT: ValueRule = {
  allowed: "a TCP port, 1 to 65535",
  fits: (text) => POSITIVE.fits(text) && Number(text) <= 65_535,
};
/** Which features there are differs from release to release; none is named like a switch. */
const FEATURES: ValueRule = {
  allowed: "names of features with commas between them",
  fits: (text) => text.split(",").every((one) => /^[a-z]\w*_\w+$/i.test(one.trim())),
};
const JSON_TEXT: ValueRule = {
  allowed: "JSON",
  fits: (text) => {
    try {
      JSON.parse(text);
      return true;
    } catch {
      return false;
    }
  },
};

function oneOf(...choices: string[]): ValueRule {
  return { allowed: choices.join(", "), fits: (text) => choices.includes(text) };
}

const LEVELS = oneOf("debug", "info", "warn", "error");
/** Any case, with blanks around it, as the engine takes it. */
const LOG_LEVEL: ValueRule = {
  ...LEVELS,
  fits: (text) => LEVELS.fits(text.trim().toLowerCase()),
};

const PREFIX = "HASURA_GRAPHQL_";

/**
 * Variables of the engine that are no plain text, without their prefix, by what can be read. Sources: Hasura's page "Server
 * configuration reference", and its Init/Env.hs and Init/Arg/Command/Serve.hs. A variable that is missing here is not checked.
 */
const RULES: readonly [ValueRule, string][] = [
  [
    SWITCH,
    `ADMIN_INTERNAL_ERRORS BACKWARDS_COMPAT_NULL_IN_NONNULLABLE_VARIABLES BIGQUERY_STRING_NUMERIC_INPUT
    CLOSE_WEBSOCKETS_ON_METADATA_CHANGE CONFIGURED_HEADER_PRECEDENCE CONNECTION_COMPRESSION DEV_MODE DISABLE_CORS
    DISABLE_EVENTING DISABLE_NATIVE_QUERY_VALIDATION ENABLE_ALLOWLIST ENABLE_APOLLO_FEDERATION ENABLE_CONSOLE
    ENABLE_LOG_COMPRESSION ENABLE_MAINTENANCE_MODE ENABLE_METADATA_QUERY_LOGGING ENABLE_PERSISTED_QUERIES
    ENABLE_QUERY_TRACING ENABLE_RELAY ENABLE_REMOTE_SCHEMA_PERMISSIONS ENABLE_TELEMETRY ENABLE_TRIGGERS_ERROR_LOG_LEVEL
    HTTP_LOG_QUERY_ONLY_ON_ERROR INFER_FUNCTION_PERMISSIONS METRICS_ENABLE_HIGH_CARDINALITY_LABELS PRESERVE_401_ERRORS
    RATE_LIMIT_REDIS_USE_TLS REMOTE_SCHEMA_PRIORITIZE_DATA REMOTE_SCHEMA_SKIP_NULLS STRINGIFY_NUMERIC_TYPES
    USE_PREPARED_STATEMENTS V1_BOOLEAN_NULL_COLLAPSE WS_READ_COOKIE`,
  ],
  [
    WHOLE,
    `ASYNC_ACTIONS_FETCH_BATCH_SIZE CACHE_MAX_ENTRY_TTL CONNECTIONS_PER_READ_REPLICA EVENTS_FETCH_BATCH_SIZE
    GRACEFUL_SHUTDOWN_TIMEOUT LIVE_QUERIES_MULTIPLEXED_BATCH_SIZE LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL MAX_CACHE_SIZE
    MAX_TOTAL_HEADER_LENGTH MIGRATIONS_SERVER_TIMEOUT NO_OF_RETRIES PERSISTED_QUERIES_TTL PG_CONNECTIONS PG_STRIPES
    PG_TIMEOUT STREAMING_QUERIES_MULTIPLEXED_BATCH_SIZE STREAMING_QUERIES_MULTIPLEXED_REFETCH_INTERVAL
    STRIPES_PER_READ_REPLICA WEBSOCKET_CONNECTION_INIT_TIMEOUT WEBSOCKET_KEEPALIVE`,
  ],
  [POSITIVE, "EVENTS_HTTP_POOL_SIZE"],
  [
    DECIMAL,
    `ASYNC_ACTIONS_FETCH_INTERVAL EVENTS_FETCH_INTERVAL PG_CONN_LIFETIME PG_POOL_TIMEOUT POOL_TIMEOUT
    SCHEMA_SYNC_POLL_INTERVAL`,
  ],
  [PORT, "MIGRATIONS_SERVER_PORT SERVER_PORT"],
  [LOG_LEVEL, "LOG_LEVEL"],
  [oneOf("GET", "POST"), "AUTH_HOOK_MODE"],
  [oneOf("hasura-default", "graphql-default"), "DEFAULT_NAMING_CONVENTION"],
  [oneOf("read-committed", "repeatable-read", "serializable"), "TX_ISOLATION"],
  [FEATURES, "EXPERIMENTAL_FEATURES"],
  [JSON_TEXT, "METADATA_DEFAULTS"],
];

export const OTHERS = "allowed: other names";

function setBy(argument: string): string {
  return `is set by the component; ${OTHERS}; use ${argument} instead`;
}

const WEBHOOK = `belongs to webhook mode, which cannot be combined with the JWT mode that the component sets up: the engine would not start; ${OTHERS}; remove it, and name the issuer of your tokens in identity.jwksUrl or another setting of the identity`;
const SYSTEM_AUTHORITIES = `has no effect, because Hasura clears its environment when it starts; ${OTHERS}; put the certificates of authorities into hasura.caCertificates`;
export const LIBPQ = `has no effect on connections, because Hasura clears its environment when it starts; ${OTHERS}; use postgres.external for a server of your own, or rename the variable where metadata reads it`;
const LOADER = `decides which programs and libraries the container starts; ${OTHERS}; remove it, or build an image of your own that needs no such variable`;
const READ_ONLY = `cannot be set in bash, which starts the engine and would end there; ${OTHERS}; rename it`;

/** Names that `hasura.env` cannot hold, each with what is true of it and what works instead. */
export const REFUSED: ReadonlyMap<string, string> = new Map<string, string>([
  [
    "HASURA_GRAPHQL_ACCESS_KEY",
    `is the old name of the admin secret, which the component sets; ${OTHERS}; use hasura.adminSecret instead`,
  ],
  [
    "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
    `follows from the preset, on with development and off with production; ${OTHERS}; remove it, or change the preset`,
  ],
  ["HASURA_GRAPHQL_ADMIN_SECRET", setBy("hasura.adminSecret")],
  [
    "HASURA_GRAPHQL_ADMIN_SECRETS",
    `is ignored by the community edition, and the enterprise edition would take it in place of the stack's admin secret; ${OTHERS}; use hasura.adminSecret, which is one secret`,
  ],
  ["HASURA_GRAPHQL_AUTH_HOOK", WEBHOOK],
  ["HASURA_GRAPHQL_AUTH_HOOK_MODE", WEBHOOK],
  ["HASURA_GRAPHQL_AUTH_HOOK_SEND_REQUEST_BODY", WEBHOOK],
  ["HASURA_GRAPHQL_CORS_DOMAIN", setBy("hasura.corsDomains")],
  [
    "HASURA_GRAPHQL_DATABASE_URL",
    `would add a source named default beside those of the metadata; ${OTHERS}; change from_env in the metadata's databases.yaml to PG_DATABASE_URL, which leads to the application's database, and give the address of any other database under a name of your own, such as OTHER_DATABASE_URL`,
  ],
  ["HASURA_GRAPHQL_DEV_MODE", setBy("hasura.devMode")],
  ["HASURA_GRAPHQL_ENABLED_APIS", setBy("hasura.enabledApis")],
  ["HASURA_GRAPHQL_ENABLED_LOG_TYPES", setBy("hasura.logTypes")],
  ["HASURA_GRAPHQL_ENABLE_CONSOLE", setBy("hasura.console")],
  ["HASURA_GRAPHQL_ENABLE_TELEMETRY", `is always false here; ${OTHERS}; remove it`],
  [
    "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT",
    `follows from the seconds that a stop may take; ${OTHERS}; use hasura.graceSeconds instead`,
  ],
  [
    "HASURA_GRAPHQL_JWT_SECRET",
    `is set by the component; ${OTHERS}; use identity.jwksUrl, identity.signingKey or another setting of the identity instead`,
  ],
  [
    "HASURA_GRAPHQL_JWT_SECRETS",
    `is ignored by the community edition, and the enterprise edition would take it in place of HASURA_GRAPHQL_JWT_SECRET, which the component sets; ${OTHERS}; use identity.jwksUrl, identity.signingKey or another setting of the identity, which is one issuer`,
  ],
  [
    "HASURA_GRAPHQL_METADATA_DATABASE_URL",
    `is set by the component; ${OTHERS}; use postgres.metadataDatabase for its name, or postgres.external for a server of your own`,
  ],
  [
    "HASURA_GRAPHQL_SERVER_HOST",
    `would let the engine listen where neither its health check nor its published port leads; ${OTHERS}; use hasura.bindAddress for the host's address`,
  ],
  [
    "HASURA_GRAPHQL_SERVER_PORT",
    `is always 8080 inside the container; ${OTHERS}; use hasura.port for the host's port`,
  ],
  ["HASURA_GRAPHQL_UNAUTHORIZED_ROLE", setBy("identity.unauthorizedRole")],
  [
    "PG_DATABASE_URL",
    `is set by the component and leads to the application's database; ${OTHERS}; give the address of another database under a name of your own, such as OTHER_DATABASE_URL`,
  ],
  ...["SSL_CERT_DIR", "SSL_CERT_FILE", "SYSTEM_CERTIFICATE_PATH"].map(reasonOf(SYSTEM_AUTHORITIES)),
  ...["BASH_ENV", "LD_AUDIT", "LD_LIBRARY_PATH", "LD_PRELOAD", "PATH"].map(reasonOf(LOADER)),
  ...["BASHOPTS", "BASH_VERSINFO", "EUID", "PPID", "SHELLOPTS", "UID"].map(reasonOf(READ_ONLY)),
]);

/** The variables of libpq, as its page "Environment Variables" lists them. */
export const LIBPQ_NAME =
  /^PG(?:APPNAME|CHANNELBINDING|CLIENTENCODING|CONNECT_TIMEOUT|DATABASE|GSS\w+|HOST|HOSTADDR|KRBSRVNAME|LOADBALANCEHOSTS|OPTIONS|PASSFILE|PASSWORD|PORT|REQUIRE\w+|SERVICE|SERVICEFILE|SSL\w+|SYSCONFDIR|TARGETSESSIONATTRS|USER)$/;

function reasonOf(reason: string): (name: string) => [string, string] {
  return (name) => [name, reason];
}

/** Likewise names that the variables of a Cloud project cannot hold. */
export const REFUSED_IN_CLOUD: ReadonlyMap<string, string> = new Map(
  Object.entries({
    HASURA_GRAPHQL_JWT_SECRET:
      "is set by the component; allowed: other names; use identity instead",
    HASURA_GRAPHQL_JWT_SECRETS: `takes the place of HASURA_GRAPHQL_JWT_SECRET, which the component sets; ${OTHERS}; remove it`,
    HASURA_GRAPHQL_ADMIN_SECRET: `is set by the component; ${OTHERS}; use project.adminSecret instead`,
    HASURA_GRAPHQL_ACCESS_KEY: `is the old name of the admin secret; ${OTHERS}; use project.adminSecret instead`,
    HASURA_GRAPHQL_UNAUTHORIZED_ROLE: `is set by the component; ${OTHERS}; use identity.unauthorizedRole instead`,
    HASURA_GRAPHQL_AUTH_HOOK: `cannot be combined with a JWT secret; ${OTHERS}; remove it`,
    HASURA_GRAPHQL_METADATA_DATABASE_URL: `cannot be set in Hasura Cloud, which keeps the metadata itself; ${OTHERS}; remove it`,
    HASURA_GRAPHQL_LOG_LEVEL: `is fixed at info in Hasura Cloud; ${OTHERS}; remove it`,
  }),
);

/** What the engine takes where a variable is absent (Hasura's reference of server flags). */
export const ENGINE_DEFAULTS: Readonly<Record<string, string>> = {
  HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS: "true",
  HASURA_GRAPHQL_CORS_DOMAIN: "*",
  HASURA_GRAPHQL_DEV_MODE: "false",
  HASURA_GRAPHQL_ENABLED_APIS: "metadata,graphql,pgdump,config",
  HASURA_GRAPHQL_ENABLE_CONSOLE: "false",
  HASURA_GRAPHQL_ENABLE_TELEMETRY: "true",
};

const RULE_OF = new Map(
  RULES.flatMap(([rule, names]) =>
    names.split(/\s+/).map((name): [string, ValueRule] => [`${PREFIX}${name}`, rule]),
  ),
);

/** Whether the engine reads this variable as something else than text. */
export function isTypedVariable(name: string): boolean {
  return RULE_OF.has(name);
}

/** Whether the text is one of those that the engine takes for true. */
export function isOn(text: unknown): boolean {
  return typeof text === "string" && /^(?:true|t|yes|y)$/i.test(text);
}

/** Returns why the engine would end at its start with this value, which is never shown, or undefined. */
export function variableProblem(name: string, value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string")
    return "is not a string; allowed: a string; put the value in quotes";
  if (value.includes("\0")) return "holds a NUL character; allowed: text without it; remove it";
  const rule = RULE_OF.get(name);
  if (rule === undefined || rule.fits(value)) return undefined;
  const remedy = value === "" ? "write one of these, or remove the variable" : "write one of these";
  return `cannot be read by Hasura, which would not start; allowed: ${rule.allowed}; ${remedy}`;
}
