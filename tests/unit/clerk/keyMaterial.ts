import {
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  type KeyPairKeyObjectResult,
} from "node:crypto";

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

/** A self-signed P-256 certificate; node makes keys but no certificates, and its private key was thrown away. */
export const ec256Certificate = `-----BEGIN CERTIFICATE-----
MIIBlDCCATmgAwIBAgIUeA3PNEwatCbGR5GOoD/yQTdafvcwCgYIKoZIzj0EAwIw
HjEcMBoGA1UEAwwTc2lnbmluZy5leGFtcGxlLmNvbTAgFw0yNjExMjMxMTQxNDha
GA8yMTI2MTAzMDExNDE0OFowHjEcMBoGA1UEAwwTc2lnbmluZy5leGFtcGxlLmNv
bTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIHZ2lN9QJrlXAIxgdog7fj9whpy
vjdsQWNtTvzUMdSpfiU1+liCDmkGERM7qh+UaGM2L7/61Vmrioqw1zUVDQSjUzBR
MB0GA1UdDgQWBBRYPW18pV4klU9K4AsCK2HQyddthDAfBgNVHSMEGDAWgBRYPW18
pV4klU9K4AsCK2HQyddthDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kA
MEYCIQCBpl+krVg/pvdbsfvp/W45BLzzIVuyQItVvODnxdBZSgIhAI7Ou/joA6RT
pNhsg0EKt/TQADSJt6dh8ck+ukskjKt2
-----END CERTIFICATE-----
`;

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
