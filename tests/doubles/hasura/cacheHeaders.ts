export type CacheHeaders = { cacheControl?: string; expires?: string };

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/**
 * When a key set has to be fetched again, in milliseconds since the epoch; undefined means that the
 * answer gives no expiry, so that none is stored (JWT.hs determineJwkExpiryLifetime).
 */
export function jwkExpiry(headers: CacheHeaders, now: number): number | undefined {
  const directives = parseDirectives(headers.cacheControl ?? "");
  const lifetime = maxAge(directives);
  if (directives.has("must-revalidate")) return now + (lifetime ?? 0) * 1000;
  if (directives.has("no-cache") || directives.has("no-store")) return now;
  if (lifetime !== undefined) return now + lifetime * 1000;
  const { expires } = headers;
  return expires !== undefined && HTTP_DATE.test(expires) ? Date.parse(expires) : undefined;
}

function parseDirectives(header: string): Map<string, string> {
  const directives = new Map<string, string>();
  for (const part of header.split(",")) {
    const [name = "", value = ""] = part.trim().split("=", 2);
    if (name !== "") directives.set(name.toLowerCase(), value.replace(/^"(.*)"$/, "$1"));
  }
  return directives;
}

function maxAge(directives: Map<string, string>): number | undefined {
  for (const name of ["max-age", "s-maxage"]) {
    const value = directives.get(name);
    if (value !== undefined && /^\d+$/.test(value)) return Number(value);
  }
  return undefined;
}
