import { generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";

export type KeyKind = "rsa" | "ed25519" | "ed448" | "P-256" | "P-384" | "P-521" | "secp256k1";

/** A fresh public key of a kind. */
export function publicKeyOf(kind: KeyKind): KeyObject {
  if (kind === "rsa") return generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  if (kind === "ed25519") return generateKeyPairSync("ed25519").publicKey;
  if (kind === "ed448") return generateKeyPairSync("ed448").publicKey;
  return generateKeyPairSync("ec", { namedCurve: kind }).publicKey;
}

/** A fresh public key as JWK, without kid, use and alg. */
export function jwkOf(kind: KeyKind): JsonWebKey {
  return publicKeyOf(kind).export({ format: "jwk" });
}

/** A key of P-256 whose x begins with a zero byte, which is left out here; Node takes it all the same. */
export const shortKey = {
  kty: "EC",
  crv: "P-256",
  x: "5baUdeB3R2WIaGQaJl3OgikII1WoSJzPLtMcDRyz4w",
  y: "KDKcswhEgDKjN_eCC6DpKI0U6AeIs29f5Ugx2B_eEO8",
};
/** A digest of so many bytes, all of them 7. */
export const digestOf = (bytes: number): string => Buffer.alloc(bytes, 7).toString("base64url");
/** What Auth0 wrote as a thumbprint: the text of the hexadecimal digest in place of its bytes. */
export const hexadecimalDigest = Buffer.from(Buffer.alloc(20, 7).toString("hex")).toString(
  "base64url",
);
