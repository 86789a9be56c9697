import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";

/** A key that can only check signatures: shared bytes (HS*) or a public key. */
export type VerificationKey = { shared: Uint8Array } | { public: KeyObject };

const HMAC_BYTES: Record<string, number> = { HS256: 32, HS384: 48, HS512: 64 };
const PUBLIC_TYPES = ["RS256", "RS384", "RS512", "Ed25519", "ES256", "ES384", "ES512"];

/**
 * The key of a JWT secret's `type` and `key`, or Hasura's refusal as a string (JWT/Internal.hs).
 * RS*, ES* and Ed25519 share one PEM routine, so a wrong asymmetric `type` is not caught.
 */
export function parseVerificationKey(type: string, key: string): VerificationKey | string {
  const minimum = HMAC_BYTES[type];
  if (minimum !== undefined) {
    const shared = new TextEncoder().encode(key);
    if (shared.length >= minimum) return { shared };
    return `Key size too small; should be atleast ${minimum} characters`;
  }
  if (!PUBLIC_TYPES.includes(type)) return `Key type: ${type} is not supported`;
  return parsePublicPem(key);
}

function parsePublicPem(text: string): VerificationKey | string {
  const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/.exec(text);
  const label = block?.[1];
  if (block === null || label === undefined) return "Could not decode PEM: No pem found";
  if (!["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"].includes(label)) {
    return `Could not decode PEM: unexpected block ${label}`;
  }
  const key = readBlock(label, block[0]);
  if (key === undefined) return `Could not decode PEM: malformed ${label}`;
  if (!["rsa", "ec", "ed25519"].includes(key.asymmetricKeyType ?? "")) {
    return "This key type is not supported";
  }
  return { public: key };
}

function readBlock(label: string, pem: string): KeyObject | undefined {
  try {
    return label === "CERTIFICATE" ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch {
    return undefined;
  }
}
