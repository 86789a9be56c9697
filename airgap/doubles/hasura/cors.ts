import type { EngineConfig } from "./environment";

/** Whether a browser's origin is among HASURA_GRAPHQL_CORS_DOMAIN; `*.` stands for one subdomain. */
export function isAllowedOrigin(origin: string, config: EngineConfig): boolean {
  return config.corsDomains.some((domain) => {
    if (domain === "*" || domain === origin) return true;
    const [scheme, rest] = domain.split("://*.", 2);
    if (scheme === undefined || rest === undefined) return false;
    const prefix = `${scheme}://`;
    if (!origin.startsWith(prefix) || !origin.endsWith(`.${rest}`)) return false;
    return !origin.slice(prefix.length, -rest.length - 1).includes(".");
  });
}

/** The headers for an origin that is allowed; undefined without an origin, for others, and with CORS disabled. */
export function corsHeaders(
  origin: string | undefined,
  config: EngineConfig,
): Record<string, string> | undefined {
  if (origin === undefined || config.disableCors || !isAllowedOrigin(origin, config)) {
    return undefined;
  }
  return {
    "access-control-allow-origin": origin,
    "access-control-allow-credentials": "true",
    "access-control-allow-methods": "GET,POST,PUT,PATCH,DELETE,OPTIONS",
    "access-control-expose-headers":
      "X-Hasura-Query-Cache-Key,X-Hasura-Query-Family-Cache-Key,Warning",
  };
}

export function preflightHeaders(requestedHeaders: string | undefined): Record<string, string> {
  return {
    "access-control-max-age": "1728000",
    "access-control-allow-headers": requestedHeaders ?? "",
    "content-length": "0",
    "content-type": "text/plain charset=UTF-8",
  };
}
