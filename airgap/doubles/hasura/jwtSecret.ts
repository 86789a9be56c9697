import { explainBadJson, leadingJson } from "./aesonText";
import { type ClaimsLocation, parseClaimsLocation } from "./claimsLocation";
import { DecodeError, memberPath, optionalText, wrongType } from "./decodeJson";
import { StartupError } from "./engineError";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import { parseRequiredClaims, type RequiredClaims } from "./requiredClaims";
import { isUri } from "./uri";
import { parseVerificationKey, type VerificationKey } from "./verificationKey";

export type TokenHeader =
  | { type: "Authorization" }
  | { type: "Cookie"; name: string }
  | { type: "CustomHeader"; name: string };

/** A JWT secret as the engine holds it after start-up. */
export type JwtConfig = {
  source: { keys: VerificationKey[] } | { jwkUrl: string };
  audience?: string[];
  issuer?: string;
  required: RequiredClaims;
  claims: ClaimsLocation;
  /** Seconds; widens exp, nbf and iat; default 0. */
  allowedSkew: number;
  header: TokenHeader;
};

/**
 * Parses HASURA_GRAPHQL_JWT_SECRET as the engine does (JWT.hs, JWT/Internal.hs).
 * @throws StartupError with the engine's prefix and the decoder's text.
 */
export function parseJwtSecret(text: string): JwtConfig {
  const json = leadingJson(text);
  if (json === undefined) throw refusal(explainBadJson(text));
  const value = parseJson(json);
  try {
    if (isJsonObject(value)) return decode(value);
    throw new DecodeError(wrongType("JWTConfig", "Object", value));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw refusal(error.message);
  }
}

function refusal(reason: string): StartupError {
  return new StartupError(
    `Fatal Error:- Environment variable HASURA_GRAPHQL_JWT_SECRET: ${reason}`,
  );
}

function decode(fields: JsonObject): JwtConfig {
  const key = optionalText(fields, "key");
  const jwkUrl = optionalText(fields, "jwk_url", "URI");
  const audience = decodeAudience(fields.audience);
  const issuer = optionalText(fields, "issuer");
  if (issuer !== undefined) requireStringOrUri(issuer, "issuer");
  const header = decodeHeader(fields.header);
  const allowedSkew = decodeSkew(fields.allowed_skew);
  const claims = parseClaimsLocation(fields);
  return {
    source: decodeSource(key, jwkUrl, fields),
    ...(audience === undefined ? {} : { audience }),
    ...(issuer === undefined ? {} : { issuer }),
    required: parseRequiredClaims(fields.extra_required_claims),
    claims,
    allowedSkew,
    header,
  };
}

function decodeSource(
  key: string | undefined,
  jwkUrl: string | undefined,
  fields: JsonObject,
): JwtConfig["source"] {
  if (jwkUrl !== undefined) {
    if (key !== undefined) throw new DecodeError("key, jwk_url both cannot be present");
    if (!isUri(jwkUrl)) throw new DecodeError("Invalid URI", memberPath("jwk_url"));
    return { jwkUrl };
  }
  if (key === undefined) throw new DecodeError("key and jwk_url both cannot be empty");
  const type = optionalText(fields, "type");
  if (type === undefined) throw new DecodeError('key "type" not found');
  const parsed = parseVerificationKey(type, key);
  if (typeof parsed === "string") throw new DecodeError(`Invalid JWK: ${parsed}`);
  return { keys: parsed };
}

function decodeAudience(value: Json | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return requireStringOrUri(item, "audience");
    throw new DecodeError(wrongType("StringOrURI", "String", item), memberPath("audience"));
  });
}

function requireStringOrUri(value: string, field: string): string {
  if (value.includes(":") && !isUri(value)) {
    throw new DecodeError("failed to parse StringOrURI", memberPath(field));
  }
  return value;
}

function decodeSkew(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number") return value;
  throw new DecodeError(wrongType("NominalDiffTime", "Number", value), memberPath("allowed_skew"));
}

function decodeHeader(value: Json | undefined): TokenHeader {
  const where = memberPath("header");
  if (value === undefined || value === null) return { type: "Authorization" };
  if (!isJsonObject(value)) throw new DecodeError(wrongType("JWTHeader", "Object", value), where);
  const type = optionalText(value, "type")?.toLowerCase();
  if (type === undefined) throw new DecodeError('key "type" not found', where);
  if (type === "authorization") return { type: "Authorization" };
  if (type !== "cookie" && type !== "customheader") {
    throw new DecodeError(
      "expected 'type' is 'Authorization' or 'Cookie' or 'CustomHeader'",
      where,
    );
  }
  const name = optionalText(value, "name");
  if (name === undefined) throw new DecodeError('key "name" not found', where);
  return { type: type === "cookie" ? "Cookie" : "CustomHeader", name };
}
