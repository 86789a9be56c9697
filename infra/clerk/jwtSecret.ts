import type { ClaimsPlace } from "./claims";
import { ClaimsFormat } from "./claims";
import type { ClaimsMap, MappedClaim } from "./claimsMap";
import { HeaderType, type TokenHeader } from "./header";
import type { SigningKey } from "./signingKey";

/** Everything that goes into HASURA_GRAPHQL_JWT_SECRET, checked. */
export interface JwtSecretParts {
  /** A key, or the address of a set of them. */
  key: SigningKey | { jwksUrl: string };
  /** Where claims are: a place, or a map. */
  claims: { place: ClaimsPlace } | { map: ClaimsMap };
  audience?: string[] | undefined;
  issuer?: string | undefined;
  allowedSkewSeconds: number;
  header: TokenHeader;
}

/**
 * Writes the JWT secret as JSON that Hasura v2 and Nhost's Constellation read alike: no `type` beside `jwk_url`, no
 * namespace or format beside `claims_map`, engine defaults for format and header left out. Key order never varies. `requireClaims`
 * makes the engine refuse tokens without the claims that audience and issuer are compared with. Treat it as secret.
 */
export function writeJwtSecret(parts: JwtSecretParts, requireClaims: boolean): string {
  const { key, claims, audience, header } = parts;
  return JSON.stringify({
    ...("jwksUrl" in key ? { jwk_url: key.jwksUrl } : { type: key.type, key: key.key }),
    ...("map" in claims ? { claims_map: writeMap(claims.map) } : writePlace(claims.place)),
    ...(audience === undefined ? {} : { audience: audience.length === 1 ? audience[0] : audience }),
    ...(parts.issuer === undefined ? {} : { issuer: parts.issuer }),
    ...(requireClaims ? writeRequired(parts) : {}),
    allowed_skew: parts.allowedSkewSeconds,
    ...(header.type === HeaderType.Authorization ? {} : { header: writeHeader(header) }),
  });
}

/**
 * Hasura compares an audience or issuer only with tokens that name one, unless it is told otherwise (v2.49.4, release notes). It names
 * them as its own settings are named (graphql-engine, JWTSpec.hs: "extra_required_claims includes audience").
 */
function writeRequired({ audience, issuer }: JwtSecretParts): Record<string, string[]> {
  const required = Object.entries({ audience, issuer })
    .filter(([, value]) => value !== undefined)
    .map(([name]) => name);
  return required.length === 0 ? {} : { extra_required_claims: required };
}

function writePlace(place: ClaimsPlace): Record<string, string> {
  return {
    ...(place.namespacePath === undefined
      ? { claims_namespace: place.namespace ?? "" }
      : { claims_namespace_path: place.namespacePath }),
    ...(place.format === ClaimsFormat.Json ? {} : { claims_format: place.format }),
  };
}

function writeMap(map: ClaimsMap): Record<string, unknown> {
  const names = Object.keys(map).sort();
  return Object.fromEntries(names.map((name) => [name, writeSource(map[name] ?? {})]));
}

function writeSource(source: MappedClaim): unknown {
  if (source.path === undefined) return source.fixed;
  return { path: source.path, ...(source.fixed === undefined ? {} : { default: source.fixed }) };
}

function writeHeader({ type, name }: TokenHeader): Record<string, string> {
  return { type, ...(name === undefined ? {} : { name }) };
}
