import { type ProblemList, quoted } from "../../validation/problems";
import { isUri } from "../../validation/readUrl";

/** Names of algorithms that hs-jose knows, the engine's library (Crypto.JOSE.JWA.JWS and JWE.Alg). */
const SIGNING = ["HS", "RS", "ES", "PS"].flatMap((family) =>
  ["256", "384", "512"].map((bits) => family + bits),
);
const WRAPPING = ["A128", "A192", "A256"].flatMap((size) => [`${size}KW`, `${size}GCMKW`]);
const AGREEING = ["A128", "A192", "A256"].map((size) => `ECDH-ES+${size}KW`);
const ALGORITHMS: readonly unknown[] = [
  ...[...SIGNING, "ES256K", "EdDSA", "none", ...WRAPPING, ...AGREEING, "ECDH-ES", "dir"],
  ...["RSA1_5", "RSA-OAEP", "RSA-OAEP-256"],
  ...["PBES2-HS256+A128KW", "PBES2-HS384+A192KW", "PBES2-HS512+A256KW"],
];
const OPERATIONS: readonly unknown[] = [
  ...["sign", "verify", "encrypt", "decrypt"],
  ...["wrapKey", "unwrapKey", "deriveKey", "deriveBits"],
];
/** Bytes of each thumbprint. */
const THUMBPRINTS = { x5t: 20, "x5t#S256": 32 };

type Members = Readonly<Record<string, unknown>>;

/** Checks the members that every kind of key has, without the certificates; each refuses the set where it is not as it has to be. */
export function checkSharedMembers(jwk: Members, path: string, problems: ProblemList): void {
  const { use, kid, alg, key_ops: operations, x5u } = jwk;
  if (use !== undefined && typeof use !== "string") {
    problems.add(
      `${path}.use`,
      "is not a string, so the engine refuses the set; let the issuer leave it out or correct it",
    );
  }
  if (kid !== undefined && typeof kid !== "string") {
    problems.add(`${path}.kid`, "is not a string; a key id must be one, so write it in quotes");
  }
  if (alg !== undefined && !ALGORITHMS.includes(alg)) {
    problems.add(
      `${path}.alg`,
      `is ${shown(alg)}, which the engine's library may not know, so that it refuses the set; let the issuer leave alg out, or name an algorithm of RFC 7518, ES256K or EdDSA`,
    );
  }
  if (operations !== undefined && !isListOf(operations, OPERATIONS)) {
    problems.add(
      `${path}.key_ops`,
      `is not a list of ${OPERATIONS.join(", ")} alone; let the issuer leave it out or correct it`,
    );
  }
  if (x5u !== undefined && !(typeof x5u === "string" && isUri(x5u))) {
    problems.add(
      `${path}.x5u`,
      "is not an absolute URI; let the issuer leave it out or correct it",
    );
  }
  checkThumbprints(jwk, path, problems);
}

function checkThumbprints(jwk: Members, path: string, problems: ProblemList): void {
  for (const [name, bytes] of Object.entries(THUMBPRINTS)) {
    const value = jwk[name];
    if (value === undefined || bytesOf(value)?.length === bytes) continue;
    problems.add(
      `${path}.${name}`,
      `is not base64url of ${bytes} bytes, which a thumbprint has (some issuers encode its hexadecimal text); let the issuer leave it out or correct it`,
    );
  }
}

function isListOf(value: unknown, known: readonly unknown[]): boolean {
  return Array.isArray(value) && value.every((one) => known.includes(one));
}

function shown(value: unknown): string {
  return typeof value === "string" ? quoted(value) : "not a string";
}

/** The bytes of a text in base64url, as strictly as the engine's library reads it: no padding, no bits left over. */
export function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const bytes = Buffer.from(value, "base64url");
  return bytes.toString("base64url") === value ? bytes : undefined;
}

/**
 * The bytes of an RSA number, read as leniently as the engine does: plain base64, padding and leading zero bytes are repaired.
 * Source: graphql-engine, Auth/JWT.hs, canonicalizeJWKJson, e76ada706 (v2.48.0).
 */
export function numberOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string") return undefined;
  const bytes = bytesOf(value.replace(/=+$/, "").replaceAll("+", "-").replaceAll("/", "_"));
  const first = bytes?.findIndex((byte) => byte !== 0) ?? -1;
  return first < 0 ? undefined : bytes?.subarray(first);
}
