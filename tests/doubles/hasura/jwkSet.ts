import { createPublicKey, X509Certificate } from "node:crypto";
import { isJsonObject, type Json, type JsonObject, parseJson } from "./json";
import type { VerificationKey } from "./verificationKey";

/** Parses an RFC 7517 set; one bad key spoils the whole set, which is answered as undefined. */
export function parseJwkSet(body: string): VerificationKey[] | undefined {
  const document = parseJson(body);
  if (!isJsonObject(document) || !Array.isArray(document.keys)) return undefined;
  const keys: VerificationKey[] = [];
  for (const item of document.keys) {
    const key = parseJwk(item);
    if (key === undefined) return undefined;
    keys.push(key);
  }
  return keys;
}

function parseJwk(jwk: Json): VerificationKey | undefined {
  if (!isJsonObject(jwk)) return undefined;
  if (jwk.use !== undefined && jwk.use !== "sig" && jwk.use !== "enc") return undefined;
  if (jwk.kid !== undefined && typeof jwk.kid !== "string") return undefined;
  if (jwk.kty === "oct") {
    return isBase64Url(jwk.k) ? { shared: Buffer.from(jwk.k, "base64url") } : undefined;
  }
  if (jwk.kty === "RSA" && !isUnsigned(jwk.n)) return undefined;
  try {
    const key = createPublicKey({ key: publicPart(jwk), format: "jwk" });
    return certificateMatches(jwk.x5c, key.export({ type: "spki", format: "pem" }).toString())
      ? { public: key }
      : undefined;
  } catch {
    return undefined;
  }
}

function publicPart(jwk: JsonObject): JsonObject {
  const { kty, n, e, crv, x, y } = jwk;
  const members = Object.entries({ kty, n, e, crv, x, y });
  return Object.fromEntries(members.flatMap(([k, v]) => (v === undefined ? [] : [[k, v]])));
}

function isBase64Url(value: Json | undefined): value is string {
  return typeof value === "string" && /^[A-Za-z0-9_-]+$/.test(value);
}

function isUnsigned(value: Json | undefined): boolean {
  return isBase64Url(value) && Buffer.from(value, "base64url")[0] !== 0;
}

function certificateMatches(x5c: Json | undefined, pem: string): boolean {
  if (x5c === undefined) return true;
  const first = Array.isArray(x5c) ? x5c[0] : undefined;
  if (typeof first !== "string") return false;
  const { publicKey } = new X509Certificate(Buffer.from(first, "base64"));
  return publicKey.export({ type: "spki", format: "pem" }).toString() === pem;
}
