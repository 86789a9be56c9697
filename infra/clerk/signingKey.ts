import { createPublicKey, type KeyObject } from "node:crypto";
import {
  firstBroken,
  holdsSecretKey,
  invalid,
  looksLikePublishableKey,
  ProblemList,
  type Result,
  type Rule,
  valid,
} from "../validation/problems";

/** Signing algorithms by the engine's names (its name for EdDSA is Ed25519). @enum */
export const SigningAlgorithm = {
  HS256: "HS256",
  HS384: "HS384",
  HS512: "HS512",
  RS256: "RS256",
  RS384: "RS384",
  RS512: "RS512",
  ES256: "ES256",
  ES384: "ES384",
  ES512: "ES512",
  Ed25519: "Ed25519",
} as const;
export type SigningAlgorithm = (typeof SigningAlgorithm)[keyof typeof SigningAlgorithm];

/** A key that was checked, as the JWT secret wants it. */
export interface SigningKey {
  type: SigningAlgorithm;
  /** The shared key as given, or one PEM block with LF line ends. */
  key: string;
}

const HMAC_BYTES: Readonly<Record<string, number>> = { HS256: 32, HS384: 48, HS512: 64 };
const CURVES: Readonly<Record<string, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: "P-256",
  secp384r1: "P-384",
  secp521r1: "P-521",
};
const MIN_RSA_BITS = 2048;
const PEM_LABELS = ["PUBLIC KEY", "RSA PUBLIC KEY", "CERTIFICATE"];
const ALLOWED = Object.values(SigningAlgorithm).join(", ");

/**
 * Checks a signing key by the engine's rules (32, 48 or 64 UTF-8 bytes for HS; otherwise a public key or certificate
 * as PEM) and by those it leaves out: family and curve fit the algorithm, RSA has 2048 bits or more. No problem text
 * ever holds any of the key.
 */
export function checkSigningKey(
  given: { algorithm: string; key: string },
  path = "identity.signingKey",
): Result<SigningKey> {
  const problems = new ProblemList();
  const type = problems.valueOrCollect(checkAlgorithm(given.algorithm, `${path}.algorithm`));
  const early = firstBroken(given.key, KEY_RULES);
  if (early !== undefined) problems.add(`${path}.key`, early);
  if (type === undefined || early !== undefined) return { problems: problems.list() };
  const key = type in HMAC_BYTES ? checkHmac(type, given.key) : checkPem(type, given.key);
  if ("reason" in key) return invalid(`${path}.key`, key.reason);
  return valid({ type, key: key.text });
}

/** Returns the algorithm of this name; the problem says what is wrong with another name. */
export function checkAlgorithm(name: string, path: string): Result<SigningAlgorithm> {
  const exact = Object.values(SigningAlgorithm).find((known) => known === name);
  if (exact !== undefined) return valid(exact);
  const spelled = Object.values(SigningAlgorithm).find(
    (known) => known.toLowerCase() === name.trim().toLowerCase(),
  );
  if (spelled !== undefined) return invalid(path, `is misspelled; write ${spelled}`);
  if (/^eddsa$/i.test(name)) return invalid(path, "is called Ed25519 by the engine; write Ed25519");
  if (/^PS\d+$/i.test(name)) {
    return invalid(path, "is RSA-PSS, which the engine cannot verify; use RS256, RS384 or RS512");
  }
  if (name.toLowerCase() === "none") {
    return invalid(path, `accepts unsigned tokens; allowed: ${ALLOWED}`);
  }
  return invalid(path, `is unknown; allowed: ${ALLOWED}`);
}

/** Tried with OpenSSH 9.2: it converts no key of Ed25519, neither half of it. */
export const NEW_ED25519 = "`openssl genpkey -algorithm ed25519 -out FILE`";
const FROM_OPENSSH = `\`ssh-keygen -e -m PKCS8 -f FILE\`; that converts no key of Ed25519, so make a new one with ${NEW_ED25519}, of which \`openssl pkey -in FILE -pubout\` gives the public half`;

const KEY_RULES: readonly Rule<string>[] = [
  {
    broken: (key) => key === "",
    reason: "is empty; give the shared key, or the public key as PEM",
  },
  {
    broken: (key) => key.includes("OPENSSH PRIVATE KEY-----"),
    reason: `is a private key in OpenSSH form (not shown), which only the signer may hold; give its public half, from ${FROM_OPENSSH}`,
  },
  {
    broken: (key) => key.includes("PRIVATE KEY-----"),
    reason:
      "is a private key (not shown), which only the signer may hold; give its public half, from `openssl pkey -in FILE -pubout`",
  },
  {
    broken: holdsSecretKey,
    reason:
      "is Clerk's secret key (not shown), which signs no tokens; give the signing key of the JWT template",
  },
  {
    broken: looksLikePublishableKey,
    reason: "is a publishable key, which everyone may read; move it to identity.publishableKey",
  },
  {
    broken: (key) => /^https?:\/\//.test(key),
    reason: "is a URL; move a JWKS URL to identity.jwksUrl",
  },
  {
    broken: (key) => /^LS0tLS1CRUdJT/.test(key.trim()),
    reason:
      "is PEM in base64 (not shown), which the engine cannot read; decode it with `base64 -d`, and give the public key",
  },
  {
    broken: (key) => /^\s*[{[]/.test(key),
    reason: "is JSON such as a JWK; give the shared key itself, or the public key as PEM",
  },
];

type Checked = { text: string } | { reason: string };

function checkHmac(type: SigningAlgorithm, key: string): Checked {
  if (key.includes("-----BEGIN")) {
    const reason = `is a PEM block, and ${type} needs a shared key: anyone with the public key could sign; choose RS, ES or Ed25519`;
    return { reason };
  }
  if (key !== key.trim()) {
    return { reason: "begins or ends with white space, which would be part of the key; remove it" };
  }
  const needed = HMAC_BYTES[type] ?? 0;
  const bytes = Buffer.byteLength(key, "utf8");
  if (bytes < needed) {
    const reason = `has ${bytes} bytes; ${type} needs ${needed} or more in UTF-8. Make one with \`openssl rand -base64 ${needed}\``;
    return { reason };
  }
  return { text: key };
}

function checkPem(type: SigningAlgorithm, given: string): Checked {
  const reason = pemProblem(type, given);
  if (reason !== undefined) return { reason };
  const text = `${given.replace(/\r\n?/g, "\n").trim()}\n`;
  const key = readPublicKey(text);
  if (key === undefined) {
    return { reason: "is damaged: no public key can be read from the PEM block; export it again" };
  }
  const misfit = familyProblem(type, key);
  return misfit === undefined ? { text } : { reason: misfit };
}

function pemProblem(type: SigningAlgorithm, text: string): string | undefined {
  if (/^(?:ssh-|ecdsa-sha2-)/.test(text.trim())) {
    return `is in OpenSSH form; convert it with ${FROM_OPENSSH}`;
  }
  if (text.includes("-----BEGIN") && /\\n/.test(text)) {
    return "holds \\n as two characters; use real line breaks";
  }
  const labels = [...text.matchAll(/-----BEGIN ([^-]*)-----/g)].map((match) => match[1] ?? "");
  if (labels.length === 0) {
    return `is not PEM, and ${type} needs a public key or certificate as PEM (-----BEGIN PUBLIC KEY-----)`;
  }
  if (labels.length > 1) {
    return `holds ${labels.length} PEM blocks, and the engine reads the first only; give one`;
  }
  if (PEM_LABELS.includes(labels[0] ?? "")) return undefined;
  return `is a PEM block of another kind; allowed: ${PEM_LABELS.join(", ")}`;
}

function readPublicKey(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}

/** What keeps a public key from verifying this algorithm: family, curve or length; undefined if nothing does. */
export function familyProblem(type: SigningAlgorithm, key: KeyObject): string | undefined {
  const kind = key.asymmetricKeyType ?? "unknown";
  const wanted = type.startsWith("RS") ? "rsa" : type.startsWith("ES") ? "ec" : "ed25519";
  if (kind !== wanted) {
    return `is of kind ${kind}, and ${type} needs ${wanted}; correct the algorithm or the key`;
  }
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (wanted === "rsa" && bits < MIN_RSA_BITS) {
    return `is an RSA key of ${bits} bits; ${MIN_RSA_BITS} or more are required. Generate a longer one`;
  }
  const curve = key.asymmetricKeyDetails?.namedCurve ?? "";
  const wantedCurve = CURVES[type];
  if (wantedCurve !== undefined && curve !== wantedCurve) {
    return `is on the curve ${CURVE_NAMES[curve] ?? curve}, and ${type} needs ${CURVE_NAMES[wantedCurve]}; correct the algorithm or the key`;
  }
  return undefined;
}
