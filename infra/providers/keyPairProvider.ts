import { createHash, generateKeyPair, type KeyObject } from "node:crypto";
import { promisify } from "node:util";
import type { dynamic } from "@pulumi/pulumi";
import { RemoteError } from "../http/remoteError";

export interface KeyPairInputs {
  /** RS256, RS384, RS512, ES256, ES384, ES512 or Ed25519. */
  algorithm: string;
  /** Any text; another one makes a new pair. Default: none. */
  rotation?: string;
}

export interface KeyPairState extends KeyPairInputs {
  /** PKCS#8 PEM; secret. */
  privateKey: string;
  /** SPKI PEM. */
  publicKey: string;
}

interface KeyPair {
  publicKey: KeyObject;
  privateKey: KeyObject;
}

const CURVES: ReadonlyMap<string, string> = new Map([
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
]);
/** What Clerk's own verifyToken takes as a jwtKey: 2048 bits and the exponent 65537. */
const RSA = { modulusLength: 2048, publicExponent: 65_537 };
const generate = promisify(generateKeyPair);

/** Makes a signing key pair once and keeps it in the state; a change of its settings makes a new one. */
export const keyPairProvider = {
  async create({ algorithm, rotation }) {
    const pair = await makePair(algorithm);
    const publicKey = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
    const privateKey = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const spki = pair.publicKey.export({ type: "spki", format: "der" });
    return {
      id: createHash("sha256").update(spki).digest("hex").slice(0, 16),
      outs: { algorithm, ...(rotation == null ? {} : { rotation }), privateKey, publicKey },
    };
  },

  async diff(_id, olds, news) {
    const replaces = [
      ...(olds.algorithm === news.algorithm ? [] : ["algorithm"]),
      ...((olds.rotation ?? undefined) === (news.rotation ?? undefined) ? [] : ["rotation"]),
    ];
    // The new pair comes first, so that those who use it can change over before the old one leaves the state.
    return { changes: replaces.length > 0, replaces, deleteBeforeReplace: false };
  },

  async read(id, props) {
    if (props?.privateKey === undefined) {
      throw new RemoteError(
        "a key pair cannot be imported; give the key to ClerkSigningKey as privateKey",
      );
    }
    return { id, props };
  },

  async delete() {
    // Nothing was made outside the state.
  },
} satisfies dynamic.ResourceProvider<KeyPairInputs, KeyPairState>;

async function makePair(algorithm: string): Promise<KeyPair> {
  if (algorithm === "Ed25519") return generate("ed25519");
  if (/^RS(?:256|384|512)$/.test(algorithm)) return generate("rsa", RSA);
  const namedCurve = CURVES.get(algorithm);
  if (namedCurve !== undefined) return generate("ec", { namedCurve });
  throw new RemoteError(
    `no key pair fits the algorithm; allowed: RS256, RS384, RS512, ${[...CURVES.keys()].join(", ")}, Ed25519`,
  );
}
