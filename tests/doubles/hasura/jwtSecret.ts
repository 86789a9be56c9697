import { type ClaimsLocation, parseClaimsLocation } from "./claimsLocation";
import { DecodeError, optionalText } from "./decodeJson";
import { StartupError } from "./engineError";
import { aesonTypeName, isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import { isUri } from "./uri";
import { parseVerificationKey, type VerificationKey } from "./verificationKey";

export type TokenHeader =
  | { type: "Authorization" }
  | { type: "Cookie"; name: string }
  | { type: "CustomHeader"; name: string };

/** A JWT secret as the engine holds it after start-up. */
export type JwtConfig = {
  source: { key: VerificationKey } | { jwkUrl: string };
  audience?: string[];
  issuer?: string;
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
  try {
    const value = parseJson(text);
    if (value === undefined) throw new DecodeError("Failed reading: not a valid json value");
    if (!isJsonObject(value)) {
      const found = aesonTypeName(value);
      throw new DecodeError(`parsing JWTConfig failed, expected Object, but encountered ${found}`);
    }
    return decode(value);
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    throw new StartupError(
      `Fatal Error:- Environment variable HASURA_GRAPHQL_JWT_SECRET: ${error.message}`,
    );
  }
}

function decode(fields: JsonObject): JwtConfig {
  const key = optionalText(fields, "key");
  const jwkUrl = optionalText(fields, "jwk_url");
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
    if (!isUri(jwkUrl)) throw new DecodeError("Invalid URI", "$['jwk_url']");
    return { jwkUrl };
  }
  if (key === undefined) throw new DecodeError("key and jwk_url both cannot be empty");
  const type = optionalText(fields, "type");
  if (type === undefined) throw new DecodeError('key "type" not found');
  const parsed = parseVerificationKey(type, key);
  if (typeof parsed === "string") throw new DecodeError(`Invalid JWK: ${parsed}`);
  return { key: parsed };
}

function decodeAudience(value: Json | undefined): string[] | undefined {
  if (value === undefined || value === null) return undefined;
  const list = Array.isArray(value) ? value : [value];
  return list.map((item) => {
    if (typeof item === "string") return requireStringOrUri(item, "audience");
    const found = aesonTypeName(item);
    throw new DecodeError(`expected String, but encountered ${found}`, "$['audience']");
  });
}

function requireStringOrUri(value: string, field: string): string {
  if (value.includes(":") && !isUri(value)) {
    throw new DecodeError("failed to parse StringOrURI", `$['${field}']`);
  }
  return value;
}

function decodeSkew(value: Json | undefined): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number") return value;
  const found = aesonTypeName(value);
  throw new DecodeError(
    `parsing NominalDiffTime failed, expected Number, but encountered ${found}`,
    "$['allowed_skew']",
  );
}

function decodeHeader(value: Json | undefined): TokenHeader {
  if (value === undefined || value === null) return { type: "Authorization" };
  if (!isJsonObject(value)) {
    const found = aesonTypeName(value);
    throw new DecodeError(
      `parsing JWTHeader failed, expected Object, but encountered ${found}`,
      "$.header",
    );
  }
  const type = optionalText(value, "type")?.toLowerCase();
  if (type === undefined) throw new DecodeError('key "type" not found', "$.header");
  if (type === "authorization") return { type: "Authorization" };
  if (type !== "cookie" && type !== "customheader") {
    throw new DecodeError(
      "expected 'type' is 'Authorization' or 'Cookie' or 'CustomHeader'",
      "$.header",
    );
  }
  const name = optionalText(value, "name");
  if (name === undefined) throw new DecodeError('key "name" not found', "$.header");
  return { type: type === "cookie" ? "Cookie" : "CustomHeader", name };
}
