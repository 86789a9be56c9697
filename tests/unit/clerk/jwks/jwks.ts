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
