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
  if (typeof value !== "string") return "is no text; allowed: text; put the value in quotes";
  if (value.includes("\0")) return "holds a NUL character; allowed: text without it; remove it";
  const rule = RULE_OF.get(name);
  if (rule === undefined || rule.fits(value)) return undefined;
  const remedy = value === "" ? "write one of these, or remove the variable" : "write one of these";
  return `cannot be read by Hasura, which would not start; allowed: ${rule.allowed}; ${remedy}`;
}
