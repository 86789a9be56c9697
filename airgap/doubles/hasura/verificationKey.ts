import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";

/** A key that can only check signatures: shared bytes (HS*) or a public key. */
export type VerificationKey = { shared: Uint8Array } | { public: KeyObject };

const HMAC_BYTES: Record<string, number> = { HS256: 32, HS384: 48, HS512: 64 };
const PUBLIC_TYPES = ["RS256", "RS384", "RS512", "Ed25519", "ES256", "ES384", "ES512"];

/**
 * The keys of a JWT secret's `type` and `key`, or Hasura's refusal as a string (JWT/Internal.hs).
 * RS*, ES* and Ed25519 share one PEM routine, so a wrong asymmetric `type` is not caught. An empty PEM
 * starts, without a key.
 */
export function parseVerificationKey(type: string, key: string): VerificationKey[] | string {
  const minimum = HMAC_BYTES[type];
  if (minimum !== undefined) {
    const shared = new TextEncoder().encode(key);
    if (shared.length >= minimum) return [{ shared }];
    return `Key size too small; should be atleast ${minimum} characters`;
  }
  if (!PUBLIC_TYPES.includes(type)) return `Key type: ${type} is not supported`;
  return key === "" ? [] : parsePublicPem(key);
}

/** The engine reads a PEM twice, as a key and as a certificate, and joins what went wrong. */
function parsePublicPem(text: string): VerificationKey[] | string {
  const refused = (reason: string) => `Could not decode PEM: ${reason} ${reason}`;
  const block = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/.exec(text);
  const [pem, label, base64] = block ?? [];
  if (pem === undefined || label === undefined) return refused("No pem found");
  if (label.includes("PRIVATE")) return printedWhole(base64 ?? "");
  const key = readBlock(label, pem);
  if (key === undefined) return refused("ParsingPartial");
  if (!["rsa", "ec", "ed25519"].includes(key.asymmetricKeyType ?? "")) {
    return "This key type is not supported";
  }
  return [{ public: key }];
}

/** The engine prints a private key that it was given, in its own notation of ASN.1. */
function printedWhole(base64: string): string {
  const bytes = Buffer.from(base64, "base64").toString("hex");
  const reason = `X509.PubKey: unknown format:[Start Sequence,OctetString "${bytes}",End Sequence]`;
  return `Could not decode PEM: fromASN1: ${reason}`;
}

function readBlock(label: string, pem: string): KeyObject | undefined {
  try {
    return label === "CERTIFICATE" ? new X509Certificate(pem).publicKey : createPublicKey(pem);
  } catch {
    return undefined;
  }
}
