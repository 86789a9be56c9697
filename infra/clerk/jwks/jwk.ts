import { createPublicKey, type KeyObject, X509Certificate } from "node:crypto";
import { type ProblemList, quoted } from "../../validation/problems";
import { SigningAlgorithm } from "../signingKey";
import { bytesOf, checkSharedMembers, numberOf } from "./checkSharedMembers";

/** One key of a set, as the engine would use it. */
export interface JwkReading {
  kid?: string;
  /** What the key's `alg` says where that fits the key; otherwise the natural one: RS256, the ES of the curve, Ed25519. */
  algorithm: SigningAlgorithm;
  /** The public key as SPKI PEM with LF line ends. */
  pem: string;
  /** `sig` or `enc`. */
  use?: string;
  /** Length of an RSA modulus. */
  bits?: number;
}

/** A key that the engine leaves out or never uses: no token that the engine accepts is signed by a key of this kind. */
export interface IgnoredJwk {
  kid?: string;
  reason: string;
}

type Members = Readonly<Record<string, unknown>>;

const ASYMMETRIC: Readonly<Record<string, readonly string[]>> = {
  RSA: ["n", "e"],
  EC: ["crv", "x", "y"],
  OKP: ["crv", "x"],
};
const CURVES: Readonly<Record<string, readonly string[]>> = {
  EC: ["P-256", "P-384", "P-521", "secp256k1"],
  OKP: ["Ed25519", "Ed448", "X25519", "X448"],
};
/** What a key of each curve signs with; the other known curves fit no algorithm of the engine. */
const NATURAL: Readonly<Record<string, SigningAlgorithm>> = {
  "P-256": SigningAlgorithm.ES256,
  "P-384": SigningAlgorithm.ES384,
  "P-521": SigningAlgorithm.ES512,
  Ed25519: SigningAlgorithm.Ed25519,
};
const RSA_ALGORITHMS: readonly string[] = ["RS256", "RS384", "RS512"];
/** Bytes of each coordinate. */
const COORDINATES: Readonly<Record<string, number>> = {
  "P-256": 32,
  "P-384": 48,
  "P-521": 66,
  secp256k1: 32,
};

/**
 * Reads one entry of a set; returns undefined after adding the problems that make the engine refuse the set. A key of another use
 * is left out unread (graphql-engine, Auth/JWT.hs, a1bdcd004: v2.36.14, v2.48.2).
 */
export function readJwk(
  entry: unknown,
  path: string,
  problems: ProblemList,
): JwkReading | IgnoredJwk | undefined {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    problems.add(
      path,
      "is not a JSON object; each entry must be a key (RFC 7517), so fix or remove it",
    );
    return undefined;
  }
  // A null counts as absent, as in the engine's decoder of optional members.
  const jwk: Members = Object.fromEntries(
    Object.entries(entry).filter(([, value]) => value !== null),
  );
  if (typeof jwk.use === "string" && !["sig", "enc"].includes(jwk.use)) {
    return {
      ...namedBy(jwk),
      reason: `is for use ${quoted(jwk.use)}, so the engine ignores it`,
    };
  }
  return readMembers(jwk, entry, path, problems);
}

/** Reads a key that the engine does not leave out, by its members without nulls. */
function readMembers(
  jwk: Members,
  entry: object,
  path: string,
  problems: ProblemList,
): JwkReading | IgnoredJwk | undefined {
  const before = problems.size;
  checkSharedMembers(jwk, path, problems);
  checkMembers(jwk, path, problems);
  if (jwk.kty === "RSA" && "d" in entry && entry.d === null) {
    problems.add(
      `${path}.d`,
      "is null; leave it out, because the engine reads a key with d as a private one, and refuses this",
    );
  }
  if (problems.size > before) return undefined;
  const key = importKey(jwk);
  if (key === undefined) {
    problems.add(
      path,
      "has numbers that do not form a public key; let the issuer export the key again",
    );
    return undefined;
  }
  const mismatch = certificateProblem(jwk.x5c, key);
  if (mismatch !== undefined) problems.add(`${path}.x5c`, mismatch);
  return mismatch === undefined ? describeKey(jwk, key) : undefined;
}

function checkMembers(jwk: Members, path: string, problems: ProblemList): void {
  const { kty } = jwk;
  if (kty === "oct") {
    problems.add(
      path,
      "is a shared key (not shown), which lets everyone who reads the set sign tokens; replace it with a public key, and generate a new one",
    );
    return;
  }
  const wanted =
    typeof kty === "string" && Object.hasOwn(ASYMMETRIC, kty) ? ASYMMETRIC[kty] : undefined;
  if (wanted === undefined || typeof kty !== "string") {
    const found = typeof kty === "string" ? `is ${quoted(kty)}` : "is missing or not a string";
    problems.add(
      `${path}.kty`,
      `${found}; allowed: RSA, EC, OKP. Let the issuer leave the key out`,
    );
    return;
  }
  if (jwk.d !== undefined) {
    problems.add(
      path,
      "holds the private part of the key (not shown), which lets everyone who reads the set sign tokens; publish only the public part, and generate a new key",
    );
  }
  for (const name of wanted) checkMember(jwk, name, path, problems);
}

function checkMember(jwk: Members, name: string, path: string, problems: ProblemList): void {
  const value = jwk[name];
  const at = `${path}.${name}`;
  if (value === undefined) {
    problems.add(at, `is missing; a key of kty ${String(jwk.kty)} must have it`);
    return;
  }
  if (name === "crv") {
    const known = CURVES[String(jwk.kty)] ?? [];
    if (typeof value === "string" && known.includes(value)) return;
    const found = typeof value === "string" ? quoted(value) : "not a string";
    problems.add(at, `is ${found}; known: ${known.join(", ")}. Let the issuer leave the key out`);
    return;
  }
  const bytes = jwk.kty === "RSA" ? numberOf(value) : bytesOf(value);
  if (bytes === undefined) {
    const wanted = jwk.kty === "RSA" ? "number in base64" : "base64url text without padding";
    problems.add(at, `is not a ${wanted}; let the issuer export the key again`);
    return;
  }
  const length = jwk.kty === "EC" ? COORDINATES[String(jwk.crv)] : undefined;
  if (length !== undefined && bytes.length !== length) {
    problems.add(
      at,
      `is not ${length} bytes long, as the curve requires; encode it with its leading zeros (RFC 7518, 6.2.1)`,
    );
  }
}

/** The key of the members, RSA's numbers in their canonical form, so that what is exported of it suits every engine. */
function importKey({ kty, n, e, crv, x, y }: Members): KeyObject | undefined {
  const [modulus, exponent] = [n, e].map((value) => numberOf(value)?.toString("base64url"));
  const numbers = kty === "RSA" ? { n: modulus, e: exponent } : { crv, x, y };
  const members = Object.entries({ kty, ...numbers }).filter(([, value]) => value !== undefined);
  try {
    return createPublicKey({ key: Object.fromEntries(members), format: "jwk" });
  } catch {
    return undefined;
  }
}

function certificateProblem(x5c: unknown, key: KeyObject): string | undefined {
  if (x5c === undefined) return undefined;
  const remedy = "let the issuer leave x5c out or correct it";
  const chain: readonly unknown[] = Array.isArray(x5c) ? x5c : [];
  if (chain.length === 0) return `is not a list of certificates; ${remedy}`;
  const keys = chain.map(certificateKey);
  const broken = keys.indexOf(undefined);
  if (broken >= 0) return `has no certificate in base64 at [${broken}]; ${remedy}`;
  if (keys[0]?.equals(key)) return undefined;
  return `begins with the certificate of another key, so the engine refuses the set; ${remedy}`;
}

function certificateKey(text: unknown): KeyObject | undefined {
  if (typeof text !== "string") return undefined;
  try {
    return new X509Certificate(Buffer.from(text, "base64")).publicKey;
  } catch {
    return undefined;
  }
}

function describeKey(jwk: Members, key: KeyObject): JwkReading | IgnoredJwk {
  const named = namedBy(jwk);
  const algorithm = algorithmOf(jwk);
  if (algorithm === undefined) {
    const reason = `is on the curve ${String(jwk.crv)}, which no signing algorithm of the engine uses`;
    return { ...named, reason };
  }
  const bits = key.asymmetricKeyDetails?.modulusLength;
  return {
    ...named,
    algorithm,
    pem: key.export({ type: "spki", format: "pem" }).toString().replace(/\r\n/g, "\n"),
    ...(typeof jwk.use === "string" ? { use: jwk.use } : {}),
    ...(bits === undefined ? {} : { bits }),
  };
}

function namedBy({ kid }: Members): { kid?: string } {
  return typeof kid === "string" ? { kid } : {};
}

/** The key decides and not its `alg`, because the engine tries every key on every token. */
function algorithmOf({ kty, crv, alg }: Members): SigningAlgorithm | undefined {
  if (kty !== "RSA") return NATURAL[String(crv)];
  const named = Object.values(SigningAlgorithm).find((known) => known === alg);
  return named !== undefined && RSA_ALGORITHMS.includes(named) ? named : SigningAlgorithm.RS256;
}
