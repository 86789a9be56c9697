import {
  ALLOWED_ROLES,
  type ClaimsLocation,
  DEFAULT_ROLE,
  type MappedClaim,
} from "./claimsLocation";
import { wrongType } from "./decodeJson";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import { evaluateJsonPath, formatJsonPath } from "./jsonPath";

export type HasuraClaims = {
  allowedRoles: string[];
  defaultRole: string;
  variables: Map<string, string>;
};

const LIST_OF_ROLES = `invalid "${ALLOWED_ROLES}"; should be a list of roles: `;
const SINGLE_ROLE = `invalid "${DEFAULT_ROLE}"; should be a single role name: `;
const REGISTERED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti"];

function invalid(message: string): never {
  throw new EngineError("jwt-invalid-claims", message);
}

function missingRole(name: string): never {
  throw new EngineError("jwt-missing-role-claims", `JWT claim does not contain "${name}"`);
}

/** Finds the x-hasura- claims of a verified token (JWT.hs parseClaimsMap, parseHasuraClaims). */
export function readHasuraClaims(claims: JsonObject, location: ClaimsLocation): HasuraClaims {
  const found =
    location.kind === "map" ? mappedClaims(claims, location.claims) : namespace(claims, location);
  const roles = found.get(ALLOWED_ROLES);
  if (roles === undefined) return missingRole(ALLOWED_ROLES);
  if (!Array.isArray(roles)) {
    return invalid(`${LIST_OF_ROLES}${wrongType("[]", "Array", roles)}`);
  }
  const allowedRoles = roles.map((role) => readRole(role, LIST_OF_ROLES));
  const defaultRole = found.get(DEFAULT_ROLE);
  if (defaultRole === undefined) return missingRole(DEFAULT_ROLE);
  return {
    allowedRoles,
    defaultRole: readRole(defaultRole, SINGLE_ROLE),
    variables: textVariables(found),
  };
}

function readRole(value: Json, context: string): string {
  if (typeof value !== "string")
    return invalid(`${context}${wrongType("String", "String", value)}`);
  return value === "" ? invalid(`${context}empty string not allowed`) : value;
}

function textVariables(found: Map<string, Json>): Map<string, string> {
  const variables = new Map<string, string>();
  for (const [name, value] of found) {
    if (name === ALLOWED_ROLES || name === DEFAULT_ROLE) continue;
    if (typeof value !== "string") {
      return invalid(`x-hasura-* claims: ${wrongType("Text", "String", value)}`);
    }
    variables.set(name, value);
  }
  return variables;
}

function namespace(
  claims: JsonObject,
  location: Exclude<ClaimsLocation, { kind: "map" }>,
): Map<string, Json> {
  const others = Object.fromEntries(
    Object.entries(claims).filter(([name]) => !REGISTERED.includes(name)),
  );
  const value =
    location.kind === "path"
      ? evaluateJsonPath(location.path, others)
      : Object.hasOwn(others, location.key)
        ? others[location.key]
        : undefined;
  if (value === undefined) {
    return invalid(
      location.kind === "path"
        ? `claims not found at claims_namespace_path: '${formatJsonPath(location.path)}'`
        : `claims key: '${location.key}' not found`,
    );
  }
  const object = location.stringified ? unstringify(value, location) : value;
  if (!isJsonObject(object)) {
    return invalid("expecting a json object when claims_format is json");
  }
  const entries = Object.entries(object).map(([k, v]) => [k.toLowerCase(), v] as const);
  return new Map(entries.filter(([name]) => name.startsWith("x-hasura-")));
}

function unstringify(value: Json, location: Exclude<ClaimsLocation, { kind: "map" }>): JsonObject {
  if (typeof value !== "string") {
    return invalid("expecting a string when claims_format is stringified_json");
  }
  const parsed = parseJson(value);
  if (isJsonObject(parsed)) return parsed;
  const where =
    location.kind === "path"
      ? `claims_namespace_path ${formatJsonPath(location.path)}`
      : `claims_namespace ${location.key}`;
  return invalid(`expecting stringified json at: '${where}', but found: ${value}`);
}

function mappedClaims(
  claims: JsonObject,
  map: Extract<ClaimsLocation, { kind: "map" }>["claims"],
): Map<string, Json> {
  const found = new Map<string, Json>();
  for (const [name, claim] of map) {
    const value = mappedValue(claims, claim);
    if (value !== undefined) found.set(name, value);
    else if (name === ALLOWED_ROLES || name === DEFAULT_ROLE) missingRole(name);
    else invalid(`JWT claim from claims_map, "${name}" not found`);
  }
  return found;
}

/**
 * A default stands in for a path that is absent, not for one that holds null. A registered claim
 * that is null counts as absent: verifyToken leaves it out.
 */
function mappedValue(claims: JsonObject, claim: MappedClaim): Json | undefined {
  if ("value" in claim) return claim.value;
  const value = evaluateJsonPath(claim.path, claims);
  return value === undefined ? claim.default : value;
}
