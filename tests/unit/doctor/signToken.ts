import { constants, createHmac, sign } from "node:crypto";

/** Who signs: `key` is the shared text of HS*, otherwise a private key as PEM. */
export interface Signer {
  algorithm: string;
  key: string;
}

const PSS = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** Signs a token by any algorithm of RFC 7518, or by EdDSA. */
export function signToken(payload: Record<string, unknown>, signer: Signer): string {
  const { algorithm, key } = signer;
  const parts = [{ alg: algorithm, typ: "JWT" }, payload];
  const signed = parts
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  const hash = algorithm === "EdDSA" ? null : `sha${algorithm.slice(2, 5)}`;
  if (algorithm.startsWith("HS")) {
    return `${signed}.${createHmac(String(hash), key).update(signed).digest("base64url")}`;
  }
  const padding = algorithm.startsWith("PS") ? PSS : {};
  const how = { key, dsaEncoding: "ieee-p1363" as const, ...padding };
  return `${signed}.${sign(hash, Buffer.from(signed), how).toString("base64url")}`;
}
