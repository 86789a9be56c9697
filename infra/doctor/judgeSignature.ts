import {
  constants,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from "node:crypto";
import { quoted } from "../validation/problems";
import { type CheckResult, check } from "./checkResult";
import { type DecodedToken, shownKeyId } from "./decodedToken";
import type { StackKey, StackSecret } from "./subject";

const INVALID = 'Hasura says "Could not verify JWT: JWSError JWSInvalidSignature"';
const UNREADABLE = 'Hasura says "Could not verify JWT: JWSError (JSONDecodeError …)"';
const NO_SIGNATURES = 'Hasura says "Could not verify JWT: JWSError JWSNoSignatures"';
const ALGORITHM = check("token.alg", "algorithm (alg)");
const SIGNATURE = check("token.signature", "signature");
const CLERK_SIGNS =
  "send a token that Clerk signs with its own key: turn off the template's custom signing key, or give that key as identity.signingKey";

/**
 * Judges algorithm and signature.
 * @param keys With what the engine verifies; undefined where that is not known.
 */
export function judgeSignature(
  token: DecodedToken,
  secret: StackSecret,
  keys: readonly VerificationKey[] | undefined,
): CheckResult[] {
  const algorithm = judgeAlgorithm(token.header.alg, secret.key);
  if (algorithm.outcome === "failed") return [algorithm];
  return [algorithm, judgeKey(token, secret, keys)];
}

function judgeAlgorithm(alg: unknown, key: StackKey): CheckResult {
  if (typeof alg !== "string") {
    return ALGORITHM.failed(
      `is missing from the header; ${UNREADABLE}`,
      "send a token that a JWT library made",
    );
  }
  if (alg === "none") {
    return ALGORITHM.failed(
      `is none, so the token is not signed; ${NO_SIGNATURES}`,
      "send a token that the issuer signed",
    );
  }
  if (!TOKEN_ALGORITHMS.includes(alg)) {
    // The engine's library can read ES256K, and then verifies it with no key.
    return ALGORITHM.failed(
      `is ${quoted(alg)}, which the engine cannot verify; ${alg === "ES256K" ? INVALID : UNREADABLE}`,
      `let the issuer sign with one of ${TOKEN_ALGORITHMS.join(", ")}`,
    );
  }
  return judgeFamily(alg, key);
}

/** Shared keys and public ones never verify each other's algorithms. */
function judgeFamily(alg: string, key: StackKey): CheckResult {
  const shared = alg.startsWith("HS");
  if (shared === (key.kind === "shared")) return ALGORITHM.ok(`is ${alg}`);
  if (key.kind === "shared") {
    return ALGORITHM.failed(
      `is ${alg}, but this stack verifies with a shared key (${key.algorithm}); ${INVALID}`,
      "if Clerk signs, set identity.publishableKey in place of identity.signingKey; for tests, npm run token makes one",
    );
  }
  const wanted =
    key.kind === "jwks" ? "the keys of the issuer's set" : `a public key (${key.algorithm})`;
  const remedy =
    key.kind === "jwks"
      ? CLERK_SIGNS
      : "let the issuer sign with the private half of the stack's key";
  return ALGORITHM.failed(
    `is ${alg}, signed with a shared key, but this stack verifies with ${wanted}; ${INVALID}`,
    remedy,
  );
}

function judgeKey(
  token: DecodedToken,
  secret: StackSecret,
  keys: readonly VerificationKey[] | undefined,
): CheckResult {
  const { kid } = token.header;
  const named = typeof kid === "string" ? `key ${shownKeyId(kid)}` : "a key without a kid";
  if (keys === undefined) {
    return SIGNATURE.skipped(
      "not checked, because the issuer's key set could not be read",
      "see the key set's own line above",
    );
  }
  if (keys.some((key) => signatureFits(token, key))) return SIGNATURE.ok(`is valid (${named})`);
  if (keys.length === 0) {
    return SIGNATURE.failed(
      'matches nothing, because the key set is empty; Hasura says "Could not verify JWT: JWSError NoUsableKeys"',
      "check the URL of the key set",
    );
  }
  return SIGNATURE.failed(
    `${wrongKey(kid, secret, keys)}; ${INVALID}`,
    remedyFor(token, secret, keys),
  );
}

function kidsOf(keys: readonly VerificationKey[]): string[] {
  return keys.flatMap((key) => (key.kind === "public" && key.kid !== undefined ? [key.kid] : []));
}

function wrongKey(kid: unknown, { key }: StackSecret, keys: readonly VerificationKey[]): string {
  if (key.kind !== "jwks") return `does not match the stack's ${key.algorithm} key`;
  const kids = kidsOf(keys);
  if (typeof kid === "string" && !kids.includes(kid)) {
    return `was made with key ${shownKeyId(kid)}, which is not in the key set (${kids.map(shownKeyId).join(", ") || "its keys have no kid"})`;
  }
  return "matches no key of the set";
}

function remedyFor(
  { header: { kid }, payload: { iss } }: DecodedToken,
  { key, issuer }: StackSecret,
  keys: readonly VerificationKey[],
): string {
  if (key.kind === "shared") {
    return "if Clerk's template signs with a custom key, give exactly that key as identity.signingKey; otherwise make a token with npm run token";
  }
  if (key.kind === "public") {
    return "give the public half of the key that signs; with identity.jwks pinned, run npm run up to pin Clerk's new key";
  }
  if (typeof kid === "string" && !kidsOf(keys).includes(kid)) {
    return issuer !== undefined && iss === issuer
      ? "the issuer is right, so its key was rotated: let the app fetch a new token, getToken({ skipCache: true })"
      : "the app uses another Clerk instance than this stack, or the key was rotated: compare iss, and use the app's publishable key";
  }
  return "the token was changed on its way or cut off: copy it again, whole";
}

/** A key that tokens are checked against. */
export type VerificationKey =
  | { kind: "shared"; key: string }
  | { kind: "public"; pem: string; kid?: string };

const HASHES: Readonly<Record<string, string>> = {
  "256": "sha256",
  "384": "sha384",
  "512": "sha512",
};

const CURVES: Readonly<Record<string, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

/** RFC 7518, 3.5: the salt is as long as the digest. */
const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/**
 * The algorithms by which the engine verifies, as tokens name them (its Ed25519 is EdDSA there): those that hs-jose allows by default.
 * An RSA key fits PS* too, although no JWT secret can name them.
 */
const TOKEN_ALGORITHMS: readonly string[] = [
  ...["HS", "RS", "PS", "ES"].flatMap((family) => Object.keys(HASHES).map((bits) => family + bits)),
  "EdDSA",
];

/** Whether a signature is right by a key; the family of the algorithm has to fit the key, as in the engine. */
function signatureFits({ header, signed, signature }: DecodedToken, key: VerificationKey): boolean {
  const algorithm = String(header.alg);
  if (!TOKEN_ALGORITHMS.includes(algorithm)) return false;
  const hash = HASHES[algorithm.slice(2)];
  if (key.kind === "shared") {
    if (!algorithm.startsWith("HS") || hash === undefined) return false;
    const expected = createHmac(hash, key.key).update(signed).digest();
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  }
  if (algorithm.startsWith("HS")) return false;
  const publicKey = readPublic(key.pem);
  return publicKey !== undefined && verifies(algorithm, hash, publicKey, signed, signature);
}

function verifies(
  algorithm: string,
  hash: string | undefined,
  key: KeyObject,
  signed: string,
  signature: Buffer,
): boolean {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const data = Buffer.from(signed);
  if (algorithm === "EdDSA") return type === "ed25519" && verify(null, data, key, signature);
  if (algorithm.startsWith("RS")) return type === "rsa" && verify(hash, data, key, signature);
  if (algorithm.startsWith("PS"))
    return type === "rsa" && verify(hash, data, { key, ...PSS }, signature);
  if (type !== "ec" || details?.namedCurve !== CURVES[algorithm]) return false;
  return verify(hash, data, { key, dsaEncoding: "ieee-p1363" }, signature);
}

function readPublic(pem: string): KeyObject | undefined {
  try {
    return createPublicKey(pem);
  } catch {
    return undefined;
  }
}
