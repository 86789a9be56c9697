import { DecodeError, memberPath, optionalText, wrongType } from "./decodeJson";
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
  throw new DecodeError(
    "parsing Hasura.Server.Auth.JWT.JWTClaimsFormat failed, expected one of the tags " +
      `["json","stringified_json"], but found tag ${JSON.stringify(format)}`,
    memberPath("claims_format"),
  );
}

/** Every refusal of a member names the map alone. */
function decodeClaimsMap(value: Json): Map<string, MappedClaim> {
  const where = memberPath("claims_map");
  if (!isJsonObject(value))
    throw new DecodeError(wrongType("JWTClaimsMap", "Object", value), where);
  for (const name of [ALLOWED_ROLES, DEFAULT_ROLE]) {
    if (!Object.hasOwn(value, name)) {
      throw new DecodeError(`${name} is expected but not found`, where);
    }
  }
  const claims = new Map<string, MappedClaim>();
  for (const name of [ALLOWED_ROLES, DEFAULT_ROLE, ...Object.keys(value)]) {
    const claim = value[name];
    if (claim === undefined || claims.has(name) || !name.toLowerCase().startsWith("x-hasura-")) {
      continue;
    }
    claims.set(name.toLowerCase(), decodeMappedClaim(name, claim, where));
  }
  return claims;
}

function decodeMappedClaim(name: string, claim: Json, where: string): MappedClaim {
  if (!isJsonObject(claim)) {
    requireLiteral(name, claim, where);
    return { value: claim };
  }
  const { path: text, default: fallback } = claim;
  if (text === undefined) throw new DecodeError('key "path" not found', where);
  if (typeof text !== "string") throw new DecodeError(wrongType("Text", "String", text), where);
  const path = parseJsonPath(text);
  if (typeof path === "string") throw new DecodeError(path, where);
  if (fallback === undefined || fallback === null) return { path };
  requireLiteral(name, fallback, where);
  return { path, default: fallback };
}

function requireLiteral(name: string, value: Json, where: string): void {
  const isList = name === ALLOWED_ROLES;
  if (isList && !Array.isArray(value)) {
    throw new DecodeError(wrongType("[]", "Array", value), where);
  }
  const wrong = [isList ? value : [value]].flat(2).find((item) => typeof item !== "string");
  if (wrong !== undefined) throw new DecodeError(wrongType("Text", "String", wrong), where);
}
