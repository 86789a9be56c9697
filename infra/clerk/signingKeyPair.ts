import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";
import {
  firstBroken,
  holdsSecretKey,
  invalid,
  looksLikePublishableKey,
  type Result,
  type Rule,
  valid,
} from "../validation/problems";
import {
  checkAlgorithm,
  checkSigningKey,
  familyProblem,
  NEW_ED25519,
  type SigningAlgorithm,
} from "./signingKey";

/** The half of a signing key that verifies. */
export interface DerivedKey {
  /** SPKI PEM with LF line ends; the shared key itself for HS256, HS384 and HS512. */
  publicKey: string;
}

const PRIVATE_LABELS = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"];
const PKCS8 = "`openssl pkey -in FILE`";

/**
 * Checks the half of a signing key that signs, a shared key or one unencrypted private key as PEM, and derives the half
 * that verifies. Problems stand at `<path>.algorithm` and `<path>.key`, or without a path at `algorithm` and
 * `privateKey`; their texts never hold any of the key.
 */
export function derivePublicKey(
  given: { algorithm: string; privateKey: string },
  path = "",
): Result<DerivedKey> {
  const algorithm = checkAlgorithm(
    given.algorithm,
    path === "" ? "algorithm" : `${path}.algorithm`,
  );
  if (algorithm.problems !== undefined) return algorithm;
  const found = derive(algorithm.value, given.privateKey);
  if (typeof found === "object") return valid(found);
  return invalid(path === "" ? "privateKey" : `${path}.key`, found);
}

function derive(algorithm: SigningAlgorithm, given: string): DerivedKey | string {
  const early = firstBroken(given, EARLY_RULES);
  if (early !== undefined) return early;
  if (algorithm.startsWith("HS")) return deriveShared(algorithm, given);
  const reason = firstBroken(given, PEM_RULES);
  if (reason !== undefined) return reason;
  const key = readPrivateKey(given);
  if (key === undefined) {
    return "is damaged: no private key can be read from the PEM block; export it again";
  }
  const pem = key.export({ type: "spki", format: "pem" }).toString().replace(/\r\n/g, "\n");
  return familyProblem(algorithm, key) ?? { publicKey: pem };
}

function deriveShared(algorithm: SigningAlgorithm, key: string): DerivedKey | string {
  if (key.includes("-----BEGIN")) {
    return `is a PEM block, and ${algorithm} needs a shared key; give one from \`openssl rand -base64 64\`, or choose RS, ES or Ed25519`;
  }
  const { problems } = checkSigningKey({ algorithm, key });
  return problems?.[0]?.reason ?? { publicKey: key };
}

const EARLY_RULES: readonly Rule<string>[] = [
  {
    broken: (key) => key.trim() === "",
    reason:
      "is empty; give the shared key or the private key as PEM, or leave it out to generate one",
  },
  {
    broken: holdsSecretKey,
    reason:
      "is Clerk's secret key (not shown), which signs no tokens; give a key of your own, or leave it out to generate one",
  },
  {
    broken: looksLikePublishableKey,
    reason: "is a publishable key, which signs no tokens; give a key of your own, or leave it out",
  },
  {
    broken: (key) => /^\s*\{/.test(key),
    reason: "is JSON such as a JWK; give the shared key itself, or the private key as PEM",
  },
];

const PEM_RULES: readonly Rule<string>[] = [
  {
    broken: (key) => key.includes("-----BEGIN OPENSSH PRIVATE KEY-----"),
    reason: `is in OpenSSH form; convert a copy with \`ssh-keygen -p -m PKCS8 -f COPY\`, which leaves a key of Ed25519 as it is: make a new one with ${NEW_ED25519}`,
  },
  {
    broken: (key) => /^(?:ssh-|ecdsa-sha2-)/.test(key.trim()),
    reason: "is a public key in OpenSSH form, which cannot sign; give the private key as PEM",
  },
  {
    broken: (key) => key.includes("-----BEGIN") && /\\n/.test(key),
    reason: "holds \\n as two characters; use real line breaks",
  },
  {
    broken: (key) => /BEGIN ENCRYPTED PRIVATE KEY|Proc-Type: 4,ENCRYPTED/.test(key),
    reason: `is encrypted, and Clerk has no place for the passphrase; decrypt it with ${PKCS8} and keep it as a secret of the stack`,
  },
  {
    broken: (key) => labelsOf(key).length === 0,
    reason: "is not a PEM block; give the private key as PEM (-----BEGIN PRIVATE KEY-----)",
  },
  {
    broken: (key) => labelsOf(key).length > 1,
    reason: (key) =>
      `holds ${labelsOf(key).length} PEM blocks; give the private key alone, from ${PKCS8}`,
  },
  {
    broken: (key) => /PUBLIC KEY|CERTIFICATE/.test(labelsOf(key)[0] ?? ""),
    reason:
      "is a public key or certificate, which cannot sign; give the private key that belongs to it",
  },
  {
    broken: (key) => !PRIVATE_LABELS.includes(labelsOf(key)[0] ?? ""),
    reason: `is a PEM block of another kind; allowed: ${PRIVATE_LABELS.join(", ")}`,
  },
];

function labelsOf(text: string): string[] {
  return [...text.matchAll(/-----BEGIN ([^-]*)-----/g)].map((match) => match[1] ?? "");
}

/** The public half, because that is all the checks need. */
function readPrivateKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(createPrivateKey(`${pem.replace(/\r\n?/g, "\n").trim()}\n`));
  } catch {
    return undefined;
  }
}
