import { Preset } from "./hasuraArgs";

/** What decides the engine's environment, all of it public. */
export interface EngineSettings {
  preset?: Preset;
  console?: boolean;
  devMode?: boolean;
  corsDomains?: string[];
  enabledApis?: string[];
  logTypes?: string[];
  unauthorizedRole?: string;
  graceSeconds: number;
}

/** Variables whose values are secret; they reach the engine by file, never by the container's configuration. */
export interface EngineSecrets {
  adminSecret: string;
  jwtSecret: string;
  metadataDatabaseUrl: string;
  databaseUrl: string;
  extra?: Record<string, string>;
}

const DEFAULT_LOG_TYPES = [
  "startup",
  "http-log",
  "webhook-log",
  "websocket-log",
  "jwk-refresh-log",
];

function defaultApis(development: boolean): string[] {
  return development ? ["graphql", "metadata", "config", "pgdump"] : ["graphql", "metadata"];
}

/** An origin that no browser has (RFC 2606); the engine refuses to start with an empty list (Hasura.Server.Cors). */
const NO_ORIGIN = "https://no-origin.invalid";

function allowedOrigins({ corsDomains, preset }: EngineSettings): string {
  if (corsDomains === undefined && preset === Preset.Development) return "*";
  return corsDomains?.join(",") || NO_ORIGIN;
}

/**
 * The engine's public environment as `NAME=value`, sorted, because the provider compares lists.
 * Defaults follow Hasura's production checklist unless the preset is `development`.
 */
export function engineEnvironment(settings: EngineSettings): string[] {
  const development = settings.preset === Preset.Development;
  const variables: Record<string, string> = {
    HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS: `${development}`,
    HASURA_GRAPHQL_CORS_DOMAIN: allowedOrigins(settings),
    HASURA_GRAPHQL_DEV_MODE: `${settings.devMode ?? development}`,
    HASURA_GRAPHQL_ENABLED_APIS: (settings.enabledApis ?? defaultApis(development)).join(","),
    HASURA_GRAPHQL_ENABLED_LOG_TYPES: (settings.logTypes ?? DEFAULT_LOG_TYPES).join(","),
    HASURA_GRAPHQL_ENABLE_CONSOLE: `${settings.console ?? development}`,
    HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
    // Bounds what runs beside HTTP, event triggers for example; open requests and sockets get a fixed 30 s whatever it says.
    HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT: `${settings.graceSeconds - 5}`,
    HASURA_GRAPHQL_SERVER_PORT: "8080",
  };
  if (settings.unauthorizedRole !== undefined) {
    variables.HASURA_GRAPHQL_UNAUTHORIZED_ROLE = settings.unauthorizedRole;
  }
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/** A value in single quotes, as a POSIX shell reads it back to the letter. */
export function shellQuoted(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

/** The file of secret variables that the engine's start script sources; sorted by name. */
export function secretsFile(secrets: EngineSecrets): string {
  const variables: Record<string, string> = {
    ...secrets.extra,
    HASURA_GRAPHQL_ADMIN_SECRET: secrets.adminSecret,
    HASURA_GRAPHQL_JWT_SECRET: secrets.jwtSecret,
    HASURA_GRAPHQL_METADATA_DATABASE_URL: secrets.metadataDatabaseUrl,
    PG_DATABASE_URL: secrets.databaseUrl,
  };
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${shellQuoted(value)}`);
  return `${lines.sort().join("\n")}\n`;
}
