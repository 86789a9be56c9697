import { DecodeError, optionalText } from "./decodeJson";
import { isJsonObject, type Json, type JsonObject } from "./json";
import { type JsonPath, parseJsonPath } from "./jsonPath";

export type MappedClaim = { value: Json } | { path: JsonPath; default?: Json };

/** Where in a token the x-hasura- claims stand. */
export type ClaimsLocation =
  | { kind: "namespace"; key: string; stringified: boolean }
  | { kind: "path"; path: JsonPath; stringified: boolean }
  | { kind: "map"; claims: Map<string, MappedClaim> };

export const DEFAULT_NAMESPACE = "https://hasura.io/jwt/claims";
export const ALLOWED_ROLES = "x-hasura-allowed-roles";
export const DEFAULT_ROLE = "x-hasura-default-role";

/** Reads claims_namespace, claims_namespace_path, claims_format and claims_map (JWT.hs). */
export function parseClaimsLocation(fields: JsonObject): ClaimsLocation {
  const stringified = decodeFormat(optionalText(fields, "claims_format"));
  const key = optionalText(fields, "claims_namespace");
  const pathText = optionalText(fields, "claims_namespace_path");
  const map = fields.claims_map;
  const claims = map === undefined || map === null ? undefined : decodeClaimsMap(map);
  if (key !== undefined && pathText !== undefined) {
    throw new DecodeError("claims_namespace and claims_namespace_path both cannot be set");
  }
  const path = pathText === undefined ? undefined : parseJsonPath(pathText);
  if (typeof path === "string") {
    throw new DecodeError(`invalid JSON path claims_namespace_path error: ${path}`);
  }
  if (claims !== undefined) return { kind: "map", claims };
  if (path !== undefined) return { kind: "path", path, stringified };
  return { kind: "namespace", key: key ?? DEFAULT_NAMESPACE, stringified };
}

function decodeFormat(format: string | undefined): boolean {
  if (format === undefined || format === "json") return false;
  if (format === "stringified_json") return true;
  throw new DecodeError("invalid claims_format", "$['claims_format']");
}

function decodeClaimsMap(value: Json): Map<string, MappedClaim> {
  if (!isJsonObject(value)) throw new DecodeError("expected Object", "$['claims_map']");
  for (const name of [ALLOWED_ROLES, DEFAULT_ROLE]) {
    if (!Object.hasOwn(value, name)) {
      throw new DecodeError(`${name} is expected but not found`, "$['claims_map']");
    }
  }
  const claims = new Map<string, MappedClaim>();
  for (const [name, claim] of Object.entries(value)) {
    if (name.toLowerCase().startsWith("x-hasura-")) {
      claims.set(name.toLowerCase(), decodeMappedClaim(name, claim));
    }
  }
  return claims;
}

function decodeMappedClaim(name: string, claim: Json): MappedClaim {
  const where = `$['claims_map']['${name}']`;
  if (!isJsonObject(claim)) {
    requireLiteral(name, claim, where);
    return { value: claim };
  }
  const text = optionalText(claim, "path");
  if (text === undefined) throw new DecodeError('key "path" not found', where);
  const path = parseJsonPath(text);
  if (typeof path === "string") throw new DecodeError(`invalid JSON path: ${path}`, where);
  const fallback = claim.default;
  if (fallback === undefined || fallback === null) return { path };
  requireLiteral(name, fallback, where);
  return { path, default: fallback };
}

function requireLiteral(name: string, value: Json, where: string): void {
  const fits =
    name === ALLOWED_ROLES
      ? Array.isArray(value) && value.every((role) => typeof role === "string")
      : typeof value === "string";
  if (!fits) throw new DecodeError("a literal of the wrong type", where);
}
