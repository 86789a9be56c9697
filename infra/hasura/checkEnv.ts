import { mayBeSecret } from "../secrecy/credentials";
import { type Problem, quoted } from "../validation/problems";
import { isOn, isTypedVariable, variableProblem } from "./engineVariables";
import { Preset } from "./hasuraArgs";

const OTHERS = "allowed: other names";

function setBy(argument: string): string {
  return `is set by the component; ${OTHERS}; use ${argument} instead`;
}

const WEBHOOK = `belongs to webhook mode, which cannot be combined with the JWT mode that the component sets up: the engine would not start; ${OTHERS}; remove it, and name the issuer of your tokens in identity.jwksUrl or another setting of the identity`;
const SYSTEM_AUTHORITIES = `has no effect, because Hasura clears its environment when it starts; ${OTHERS}; put the certificates of authorities into hasura.caCertificates`;
const LIBPQ = `has no effect on connections, because Hasura clears its environment when it starts; ${OTHERS}; use postgres.external for a server of your own, or rename the variable where metadata reads it`;
const LOADER = `decides which programs and libraries the container starts; ${OTHERS}; remove it, or build an image of your own that needs no such variable`;
const READ_ONLY = `cannot be set in bash, which starts the engine and would end there; ${OTHERS}; rename it`;

/** Names that `hasura.env` cannot hold, each with what is true of it and what works instead. */
const REFUSED = new Map<string, string>([
  [
    "HASURA_GRAPHQL_ACCESS_KEY",
    `is the old name of the admin secret, which the component sets; ${OTHERS}; use hasura.adminSecret instead`,
  ],
  [
    "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
    `follows from the preset, on with development and off with production; ${OTHERS}; remove it, or change hasura.preset`,
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
const LIBPQ_NAME =
  /^PG(?:APPNAME|CHANNELBINDING|CLIENTENCODING|CONNECT_TIMEOUT|DATABASE|GSS\w+|HOST|HOSTADDR|KRBSRVNAME|LOADBALANCEHOSTS|OPTIONS|PASSFILE|PASSWORD|PORT|REQUIRE\w+|SERVICE|SERVICEFILE|SSL\w+|SYSCONFDIR|TARGETSESSIONATTRS|USER)$/;

function reasonOf(reason: string): (name: string) => [string, string] {
  return (name) => [name, reason];
}

/** Returns why a name is refused whatever its value, or undefined. */
export function refusedName(name: string): string | undefined {
  const own = REFUSED.get(name);
  if (own !== undefined) return own;
  if (LIBPQ_NAME.test(name)) return LIBPQ;
  if (name.endsWith("_FILE")) return fileProblem(name.slice(0, -"_FILE".length));
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== "__proto__") return undefined;
  return "is no name of a variable; allowed: letters, digits and underscores, not starting with a digit; rename it";
}

/** Hasura has no variables that name a file (graphql-engine #3989), though the images of many databases have. */
function fileProblem(base: string): string | undefined {
  const never = "is never read, because Hasura has no variables that name a file";
  const reason = base === "PG_DATABASE_URL" || base.startsWith("HASURA_") ? REFUSED.get(base) : "";
  if (reason) return `${never}, and ${base} ${reason}`;
  if (!isTypedVariable(base)) return undefined;
  return `${never}; ${OTHERS}; give the value itself as ${base}`;
}

const GUARD = `allowed with the production preset: false; remove it and list the origins in hasura.corsDomains, or use the development preset`;
/** Switches that undo hasura.corsDomains: without CORS the engine takes a WebSocket from any origin. */
const GUARDED = new Map([
  [
    "HASURA_GRAPHQL_DISABLE_CORS",
    `undoes hasura.corsDomains: the listed websites get no CORS headers, and any other may open a WebSocket; ${GUARD}`,
  ],
  [
    "HASURA_GRAPHQL_WS_READ_COOKIE",
    `lets a WebSocket of any website use a visitor's cookies as soon as CORS is disabled; ${GUARD}`,
  ],
]);

function guardProblem(name: string, value: unknown, preset?: string): string | undefined {
  return preset !== Preset.Development && isOn(value) ? GUARDED.get(name) : undefined;
}

/** Everything that is wrong with further variables of the engine; their values are secrets and never shown. */
export function envProblems(env: Record<string, string> = {}, preset?: string): Problem[] {
  return Object.entries(env).flatMap(([name, value]: [string, unknown]) => {
    const reason =
      refusedName(name) ?? variableProblem(name, value) ?? guardProblem(name, value, preset);
    return reason === undefined ? [] : [{ path: `hasura.env.${shownVariable(name)}`, reason }];
  });
}

/** Anything but a name may be a value in the wrong place. */
export function shownVariable(name: string): string {
  if (/^[A-Z][A-Z0-9_]{0,80}$/.test(name)) return name;
  return /^[\w-]{1,80}$/.test(name) && !mayBeSecret(name) ? name : quoted(name);
}
