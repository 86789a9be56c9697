import { compactVerify } from "jose";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import type { JwtConfig } from "./jwtSecret";
import type { VerificationKey } from "./verificationKey";

/** What hs-jose reads and checks, ES256K with no key that fits, and what it can read but does not check. */
const VERIFIED = /^(?:(?:HS|RS|PS|ES)(?:256|384|512)|ES256K|EdDSA)$/;
const IGNORED = ["none"];
const HMAC_BITS: Record<string, number> = { HS256: 256, HS384: 384, HS512: 512 };

function refuse(reason: string): never {
  throw new EngineError("invalid-jwt", `Could not verify JWT: ${reason}`);
}

/**
 * Checks signature, times, issuer and audience in the order of the engine's library and answers the
 * claims. exp, nbf, iat, iss and aud are checked only where the token has them (jose JWT.hs).
 * @throws EngineError invalid-jwt.
 */
export async function verifyToken(
  token: string,
  keys: VerificationKey[],
  config: JwtConfig,
): Promise<JsonObject> {
  const algorithm = decodeHeader(token);
  if (keys.length === 0) refuse("JWSError NoUsableKeys");
  if (IGNORED.includes(algorithm)) refuse("JWSError JWSNoSignatures");
  const payload = await verifySignature(token, algorithm, keys);
  const claims = decodeClaims(payload);
  checkTimes(claims, config.allowedSkew, Date.now() / 1000);
  if (claims.iss !== undefined && config.issuer !== undefined && claims.iss !== config.issuer) {
    refuse("JWTNotInIssuer");
  }
  checkAudience(claims.aud, config.audience);
  return claims;
}

function decodeHeader(token: string): string {
  const parts = token.split(".");
  if (parts.length !== 3) {
    const count = `Invalid number of parts: Expected 3 parts; got ${parts.length}`;
    refuse(`JWSError (CompactDecodeError ${count})`);
  }
  const header = parseJson(Buffer.from(parts[0] ?? "", "base64url").toString());
  if (!isJsonObject(header) || typeof header.alg !== "string") {
    refuse('JWSError (JSONDecodeError "Error in $: not a valid JWS header")');
  }
  if (!VERIFIED.test(header.alg) && !IGNORED.includes(header.alg)) {
    refuse('JWSError (JSONDecodeError "Error in $: unrecognised value")');
  }
  return header.alg;
}

async function verifySignature(
  token: string,
  algorithm: string,
  keys: VerificationKey[],
): Promise<string> {
  for (const key of keys) {
    const payload = await tryKey(token, algorithm, key);
    if (payload !== undefined) return payload;
  }
  return refuse("JWSError JWSInvalidSignature");
}

async function tryKey(
  token: string,
  algorithm: string,
  key: VerificationKey,
): Promise<string | undefined> {
  const shared = "shared" in key;
  if (shared !== algorithm in HMAC_BITS) return undefined;
  if (shared && key.shared.length * 8 < (HMAC_BITS[algorithm] ?? 0)) return undefined;
  try {
    const { payload } = await compactVerify(token, shared ? key.shared : key.public);
    return Buffer.from(payload).toString();
  } catch {
    return undefined;
  }
}

function decodeClaims(payload: string): JsonObject {
  const claims = parseJson(payload);
  if (!isJsonObject(claims)) return refuse('JWTClaimsSetDecodeError "Error in $: not an object"');
  for (const name of ["iss", "sub", "jti"]) {
    if (claims[name] !== undefined && typeof claims[name] !== "string") badClaim(name, "String");
  }
  for (const name of ["exp", "nbf", "iat"]) {
    if (claims[name] !== undefined && typeof claims[name] !== "number") badClaim(name, "Number");
  }
  const audience = claims.aud === undefined ? [] : [claims.aud].flat();
  if (!audience.every((item) => typeof item === "string")) badClaim("aud", "String");
  return claims;
}

function badClaim(name: string, expected: string): never {
  refuse(`JWTClaimsSetDecodeError "Error in $.${name}: expected ${expected}"`);
}

function checkTimes(claims: JsonObject, allowedSkew: number, now: number): void {
  const skew = Math.abs(allowedSkew);
  if (typeof claims.exp === "number" && now >= claims.exp + skew) refuse("JWTExpired");
  if (typeof claims.iat === "number" && claims.iat > now + skew) refuse("JWTIssuedAtFuture");
  if (typeof claims.nbf === "number" && now < claims.nbf - skew) refuse("JWTNotYetValid");
}

function checkAudience(value: Json | undefined, wanted: string[] | undefined): void {
  if (value === undefined || wanted === undefined) return;
  const audience = [value].flat();
  if (!audience.some((item) => typeof item === "string" && wanted.includes(item))) {
    refuse("JWTNotInAudience");
  }
}
