import { compactVerify } from "jose";
import { explainBadJson } from "./aesonText";
import { wrongType } from "./decodeJson";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import type { JwtConfig } from "./jwtSecret";
import { isUri } from "./uri";
import type { VerificationKey } from "./verificationKey";

/** What hs-jose can read as `alg`; ES256K fits no key that the double can have. */
const ALGORITHMS = [
  ...["HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "ES256K"],
  ...["PS256", "PS384", "PS512", "none", "EdDSA"],
];
const HMAC_BITS: Record<string, number> = { HS256: 256, HS384: 384, HS512: 512 };

function refuse(reason: string): never {
  throw new EngineError("invalid-jwt", `Could not verify JWT: ${reason}`);
}

/**
 * Checks issuer, signature, times and audience in the order of the engine and returns the claims.
 * The issuer is compared first, before anything is verified. exp, nbf, iat, iss and aud are checked
 * only where the token has them (jose JWT.hs), unless extra_required_claims asks for iss or aud.
 * @throws EngineError invalid-jwt.
 */
export async function verifyToken(
  token: string,
  keys: VerificationKey[],
  config: JwtConfig,
): Promise<JsonObject> {
  const { algorithm, payload: unverified } = decodeToken(token);
  checkIssuer(unverified, config);
  if (keys.length === 0) refuse("JWSError NoUsableKeys");
  if (algorithm === "none") refuse("JWSError JWSNoSignatures");
  const payload = await verifySignature(token, algorithm, keys);
  const claims = decodeClaims(payload);
  checkTimes(claims, config.allowedSkew, Date.now() / 1000);
  checkAudience(claims.aud, config);
  return claims;
}

/** What cannot be read is left to the checks that follow. */
function checkIssuer(payload: string, { issuer, required }: JwtConfig): void {
  const claims = parseJson(payload);
  if (issuer === undefined || !isJsonObject(claims)) return;
  const { iss } = claims;
  const absent = iss === undefined || iss === null;
  if (absent ? required.issuer : isStringOrUri(iss) && iss !== issuer) refuse("JWTNotInIssuer");
}

function isStringOrUri(value: Json): boolean {
  return typeof value === "string" && (!value.includes(":") || isUri(value));
}

function decodeToken(token: string): { algorithm: string; payload: string } {
  const parts = token.split(".");
  if (parts.length !== 3) {
    const count = `Invalid number of parts: Expected 3 parts; got ${parts.length}`;
    refuse(`JWSError (CompactDecodeError ${count})`);
  }
  if (!parts.every(isBase64Url)) badHeader("Not valid base64url");
  const [header = "", payload = ""] = parts.map((part) =>
    Buffer.from(part, "base64url").toString(),
  );
  return { algorithm: readAlgorithm(parseJson(header)), payload };
}

function isBase64Url(text: string): boolean {
  return /^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1;
}

function badHeader(reason: string): never {
  refuse(`JWSError (JSONDecodeError ${JSON.stringify(reason)})`);
}

function readAlgorithm(header: Json | undefined): string {
  if (!isJsonObject(header)) return badHeader("protected header contains invalid JSON");
  const { alg, crit } = header;
  if (alg === undefined) return badHeader('missing required header "alg"');
  if (typeof alg !== "string" || !ALGORITHMS.includes(alg)) {
    return badHeader(`unrecognised value; expected: ${JSON.stringify(ALGORITHMS)}`);
  }
  if (crit !== undefined) badHeader("crit key is not understood");
  return alg;
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

/** The claims; a registered one that is null counts as absent. */
function decodeClaims(payload: string): JsonObject {
  const claims = parseJson(payload);
  if (claims === undefined) return badClaims(explainBadJson(payload));
  if (!isJsonObject(claims)) {
    return badClaims(`Error in $: ${wrongType("JWT Claims Set", "Object", claims)}`);
  }
  const present = Object.entries(claims).filter(
    ([name, value]) => value !== null || !(name in REGISTERED),
  );
  const found: JsonObject = Object.fromEntries(present);
  for (const [name, check] of Object.entries(REGISTERED)) {
    const reason = found[name] === undefined ? undefined : check(found[name]);
    if (reason !== undefined) badClaims(`Error in $.${name}: ${reason}`);
  }
  return found;
}

function badClaims(reason: string): never {
  refuse(`JWTClaimsSetDecodeError ${JSON.stringify(reason)}`);
}

function stringOrUri(value: Json): string | undefined {
  if (typeof value !== "string") return wrongType("StringOrURI", "String", value);
  return isStringOrUri(value) ? undefined : "failed to parse StringOrURI";
}

function numericDate(value: Json): string | undefined {
  return typeof value === "number" ? undefined : wrongType("NumericDate", "Number", value);
}

/** What is wrong with each registered claim, in the order of hs-jose. */
const REGISTERED: Record<string, (value: Json) => string | undefined> = {
  iss: stringOrUri,
  sub: stringOrUri,
  aud: (value) =>
    [value]
      .flat()
      .map(stringOrUri)
      .find((reason) => reason !== undefined),
  exp: numericDate,
  nbf: numericDate,
  iat: numericDate,
  jti: (value) => (typeof value === "string" ? undefined : wrongType("Text", "String", value)),
};

function checkTimes(claims: JsonObject, allowedSkew: number, now: number): void {
  const skew = Math.abs(allowedSkew);
  if (typeof claims.exp === "number" && now >= claims.exp + skew) refuse("JWTExpired");
  if (typeof claims.iat === "number" && claims.iat > now + skew) refuse("JWTIssuedAtFuture");
  if (typeof claims.nbf === "number" && now < claims.nbf - skew) refuse("JWTNotYetValid");
}

function checkAudience(value: Json | undefined, { audience, required }: JwtConfig): void {
  if (audience === undefined || (value === undefined && !required.audience)) return;
  const found = [value ?? []].flat();
  if (!found.some((item) => typeof item === "string" && audience.includes(item))) {
    refuse("JWTNotInAudience");
  }
}
