import { constants, createHmac, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Json, JsonObject } from "../json";
import { HS256_KEY, NAMESPACE, USER_CLAIMS } from "../testEngine";

/** How a recorded token was made; members that are left out are those of a good one. */
export type TokenRecipe = {
  header?: JsonObject;
  /** `now+60` is a time of the replay; null leaves `exp` out. */
  claims?: JsonObject;
  /** The claims of Hasura's namespace, or `absent`. */
  hasura?: Json;
  /** A payload that is no JSON. */
  payload?: string;
  signer?: "key" | "otherKey" | "none" | "rsa" | "otherRsa" | "pemText";
  /** Of an HMAC; default sha256. */
  hash?: string;
  /** Characters cut off the signature. */
  cut?: number;
};

export const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const OTHER_RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
export const RSA_PEM = RSA.publicKey.export({ type: "spki", format: "pem" }).toString();
export const RSA_PRIVATE_PEM = RSA.privateKey.export({ type: "pkcs8", format: "pem" }).toString();

export function recordedToken(recipe: TokenRecipe): string {
  const header = recipe.header ?? { alg: "HS256" };
  const payload = recipe.payload ?? JSON.stringify(claimsOf(recipe));
  const parts = [JSON.stringify(header), payload];
  const input = parts.map((part) => Buffer.from(part).toString("base64url")).join(".");
  const signature = signatureOf(recipe, String(header.alg), input).toString("base64url");
  return `${input}.${signature.slice(0, signature.length - (recipe.cut ?? 0))}`;
}

function claimsOf({ claims = {}, hasura = USER_CLAIMS }: TokenRecipe): JsonObject {
  const now = Math.floor(Date.now() / 1000);
  const all = { exp: "now+60", ...(hasura === "absent" ? {} : { [NAMESPACE]: hasura }), ...claims };
  const entries = Object.entries<Json>(all).flatMap(([name, value]): [string, Json][] => {
    if (name === "exp" && value === null) return [];
    const offset = typeof value === "string" ? /^now([+-][\d.]+)$/.exec(value)?.[1] : undefined;
    return [[name, offset === undefined ? value : now + Number(offset)]];
  });
  return Object.fromEntries(entries);
}

function signatureOf({ signer = "key", hash }: TokenRecipe, alg: string, input: string): Buffer {
  if (signer === "none") return Buffer.alloc(0);
  if (signer === "rsa") return signRsa(RSA.privateKey, alg, input);
  if (signer === "otherRsa") return signRsa(OTHER_RSA.privateKey, alg, input);
  const keys = { key: HS256_KEY, otherKey: "f".repeat(32), pemText: RSA_PEM };
  return createHmac(hash ?? "sha256", keys[signer])
    .update(input)
    .digest();
}

function signRsa(key: KeyObject, alg: string, input: string): Buffer {
  const padding = alg.startsWith("PS")
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return sign(`sha${alg.slice(2)}`, Buffer.from(input), { key, ...padding });
}
