import { createPublicKey, X509Certificate } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import { isUri } from "./uri";
import type { VerificationKey } from "./verificationKey";

/** Parses an RFC 7517 set; one bad key spoils the whole set, for which undefined is returned. */
export function parseJwkSet(body: string): VerificationKey[] | undefined {
  const document = parseJson(body);
  if (!isJsonObject(document) || !Array.isArray(document.keys)) return undefined;
  const keys: VerificationKey[] = [];
  for (const item of document.keys.filter(isOfKnownUse)) {
    const key = parseJwk(canonical(item));
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

/** A key of another use is left out before the library sees it; a use that is no text is left for it to refuse. */
function isOfKnownUse(jwk: Json): boolean {
  const use = isJsonObject(jwk) ? jwk.use : undefined;
  return typeof use !== "string" || use === "sig" || use === "enc";
}

/** n and e without padding, + and / and leading zero bytes (canonicalizeJWKJson). */
function canonical(jwk: Json): Json {
  if (!isJsonObject(jwk)) return jwk;
  const repaired = ["n", "e"].flatMap((name) => {
    const value = jwk[name];
    if (typeof value !== "string") return [];
    const bytes = decoded(value.replace(/=*$/, "").replace(/\+/g, "-").replace(/\//g, "_"));
    if (bytes === undefined) return [];
    let start = 0;
    while (bytes[start] === 0) start++;
    return [[name, bytes.subarray(start).toString("base64url")]];
  });
  return { ...jwk, ...Object.fromEntries(repaired) };
}

/** What hs-jose reads as `alg`: names of signatures, then those of encryption. */
const ALG =
  /^(?:[HREP]S(?:256|384|512)|ES256K|EdDSA|none|RSA1_5|RSA-OAEP(?:-256)?|(?:ECDH-ES\+)?A(?:128|192|256)KW|A(?:128|192|256)GCMKW|dir|ECDH-ES|PBES2-(?:HS256\+A128|HS384\+A192|HS512\+A256)KW)$/;
const KEY_OP = /^(?:sign|verify|encrypt|decrypt|wrapKey|unwrapKey|deriveKey|deriveBits)$/;
const COORDINATE_BYTES: Record<string, number> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
  secp256k1: 32,
};

type Check = (value: Json) => boolean;
const isText: Check = (value) => typeof value === "string";
const fits = (value: Json, pattern: RegExp) => typeof value === "string" && pattern.test(value);

/** The optional members, by what they have to be; a null counts as absent. */
const OPTIONAL: Record<string, Check> = {
  use: isText,
  kid: isText,
  alg: (value) => fits(value, ALG),
  key_ops: (value) => Array.isArray(value) && value.every((one) => fits(one, KEY_OP)),
  x5u: (value) => typeof value === "string" && isUri(value),
  x5t: (value) => decoded(value)?.length === 20,
  "x5t#S256": (value) => decoded(value)?.length === 32,
};

function parseJwk(jwk: Json): VerificationKey | undefined {
  if (!isJsonObject(jwk) || !optionalMembersFit(jwk)) return undefined;
  if (jwk.kty === "oct") {
    const shared = decoded(jwk.k);
    return shared === undefined ? undefined : { shared };
  }
  if (!numbersFit(jwk)) return undefined;
  try {
    const key = createPublicKey({ key: publicPart(jwk), format: "jwk" });
    return certificateMatches(jwk.x5c, key.export({ type: "spki", format: "pem" }).toString())
      ? { public: key }
      : undefined;
  } catch {
    return undefined;
  }
}

function optionalMembersFit(jwk: JsonObject): boolean {
  return Object.entries(OPTIONAL).every(([name, check]) => {
    const value = jwk[name];
    return value === undefined || value === null || check(value);
  });
}

/** What hs-jose wants of the numbers and OpenSSL does not. */
function numbersFit({ kty, n, e, d, crv, x, y }: JsonObject): boolean {
  if (kty === "RSA") {
    // Where there is a d at all, a private key is read.
    return d !== null && [n, e].every((value) => decoded(value) !== undefined);
  }
  if (kty !== "EC") return decoded(x) !== undefined;
  const length = COORDINATE_BYTES[String(crv)];
  return [x, y].every((value) => decoded(value)?.length === length);
}

function publicPart(jwk: JsonObject): JsonObject {
  const { kty, n, e, crv, x, y } = jwk;
  const members = Object.entries({ kty, n, e, crv, x, y });
  return Object.fromEntries(members.flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
}

/** The bytes of base64url without padding and without bits left over; undefined for all else. */
function decoded(value: Json | undefined): Buffer | undefined {
  if (typeof value !== "string" || !/^[A-Za-z0-9_-]+$/.test(value)) return undefined;
  const bytes = Buffer.from(value, "base64url");
  return bytes.toString("base64url") === value ? bytes : undefined;
}

function certificateMatches(x5c: Json | undefined, pem: string): boolean {
  if (x5c === undefined || x5c === null) return true;
  const first = Array.isArray(x5c) ? x5c[0] : undefined;
  if (typeof first !== "string") return false;
  const { publicKey } = new X509Certificate(Buffer.from(first, "base64"));
  return publicKey.export({ type: "spki", format: "pem" }).toString() === pem;
}
