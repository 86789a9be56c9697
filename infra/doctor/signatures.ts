import {
  constants,
  createHmac,
  createPublicKey,
  type KeyObject,
  timingSafeEqual,
  verify,
} from "node:crypto";
import type { DecodedToken } from "./decodedToken";

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
export const TOKEN_ALGORITHMS: readonly string[] = [
  ...["HS", "RS", "PS", "ES"].flatMap((family) => Object.keys(HASHES).map((bits) => family + bits)),
  "EdDSA",
];

/** Whether a signature is right by a key; the family of the algorithm has to fit the key, as in the engine. */
export function signatureFits(
  { header, signed, signature }: DecodedToken,
  key: VerificationKey,
): boolean {
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

/** Signs as HS256, HS384 or HS512. */
export function signShared(
  payload: Record<string, unknown>,
  { algorithm, key }: { algorithm: string; key: string },
): string {
  const signed = `${encode({ alg: algorithm, typ: "JWT" })}.${encode(payload)}`;
  const hash = HASHES[algorithm.slice(2)] ?? "sha256";
  return `${signed}.${createHmac(hash, key).update(signed).digest("base64url")}`;
}

/** A token of the right form that nobody signed: zero bytes where RSA-2048 would sign, nothing with `none`. */
export function unsignedToken(
  payload: Record<string, unknown>,
  algorithm: "RS256" | "none",
): string {
  const signature = algorithm === "none" ? "" : Buffer.alloc(256).toString("base64url");
  return `${encode({ alg: algorithm, typ: "JWT" })}.${encode(payload)}.${signature}`;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}
