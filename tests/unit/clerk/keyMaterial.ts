import { generateKeyPairSync, type KeyPairKeyObjectResult } from "node:crypto";

/** A fresh key pair as PEM (SPKI and PKCS#8). */
export interface PemPair {
  publicKey: string;
  privateKey: string;
}

function toPem({ publicKey, privateKey }: KeyPairKeyObjectResult): PemPair {
  return {
    publicKey: publicKey.export({ type: "spki", format: "pem" }).toString(),
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
  };
}

export function rsaPair(modulusLength = 2048): PemPair {
  return toPem(generateKeyPairSync("rsa", { modulusLength }));
}

export function rsaPssPair(): PemPair {
  return toPem(generateKeyPairSync("rsa-pss", { modulusLength: 2048 }));
}

export function ecPair(namedCurve: string): PemPair {
  return toPem(generateKeyPairSync("ec", { namedCurve }));
}

export function ed25519Pair(): PemPair {
  return toPem(generateKeyPairSync("ed25519"));
}

export function ed448Pair(): PemPair {
  return toPem(generateKeyPairSync("ed448"));
}
