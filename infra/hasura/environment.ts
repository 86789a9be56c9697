import { shellQuoted } from "../docker/shellQuoted";
import type { HasuraSettings } from "./checkHasura";
import { Preset } from "./hasuraArgs";

/** Variables whose values are secret; they reach the engine by file, never by the container's configuration. */
export interface EngineSecrets {
  adminSecret: string;
  jwtSecret: string;
  metadataDatabaseUrl: string;
  databaseUrl: string;
  extra?: Record<string, string>;
}

/** An origin that no browser has (RFC 2606); the engine refuses to start with an empty list (Hasura.Server.Cors). */
const NO_ORIGIN = "https://no-origin.invalid";

/** The engine's public environment as `NAME=value`, sorted, because the provider compares lists. */
export function engineEnvironment(settings: HasuraSettings, unauthorizedRole?: string): string[] {
  const variables: Record<string, string> = {
    HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS: `${settings.preset === Preset.Development}`,
    HASURA_GRAPHQL_CORS_DOMAIN: settings.corsDomains.join(",") || NO_ORIGIN,
    HASURA_GRAPHQL_DEV_MODE: `${settings.devMode}`,
    HASURA_GRAPHQL_ENABLED_APIS: settings.enabledApis.join(","),
    HASURA_GRAPHQL_ENABLED_LOG_TYPES: settings.logTypes.join(","),
    HASURA_GRAPHQL_ENABLE_CONSOLE: `${settings.console}`,
    HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
    // Bounds what runs beside HTTP, event triggers for example; open requests and sockets get a fixed 30 s whatever it says.
    HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT: `${settings.graceSeconds - 5}`,
    HASURA_GRAPHQL_SERVER_PORT: "8080",
  };
  if (unauthorizedRole !== undefined) {
    variables.HASURA_GRAPHQL_UNAUTHORIZED_ROLE = unauthorizedRole;
  }
  return Object.entries(variables)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
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

/** Where clients connect. */
export interface Endpoints {
  /** GraphQL over HTTP. */
  endpoint: string;
  /** GraphQL over WebSocket. */
  websocketEndpoint: string;
}

function reachableHost(bindAddress: string): string {
  if (bindAddress === "0.0.0.0" || bindAddress === "::") return "localhost";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}

/** Addresses of an engine that is bound to a host's port; a wildcard address is named localhost. */
export function endpointsOf(bindAddress: string, port: number): Endpoints {
  const authority = `${reachableHost(bindAddress)}:${port}`;
  return {
    endpoint: `http://${authority}/v1/graphql`,
    websocketEndpoint: `ws://${authority}/v1/graphql`,
  };
}

/** Environment block of a Next.js app; holds nothing secret. */
export function clientEnvironment(
  endpoints: Endpoints,
  publishableKey?: string,
): Record<string, string> {
  return {
    ...(publishableKey === undefined ? {} : { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey }),
    NEXT_PUBLIC_HASURA_GRAPHQL_URL: endpoints.endpoint,
    NEXT_PUBLIC_HASURA_GRAPHQL_WS_URL: endpoints.websocketEndpoint,
  };
}
