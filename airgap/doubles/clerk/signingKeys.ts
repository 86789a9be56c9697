import { createPrivateKey, type KeyObject } from "node:crypto";

const CURVES: Record<string, string> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

/** What jose signs with: the shared text as bytes, or the private key of the PEM. */
export function signingKeyOf(algorithm: string, key: string): Uint8Array | KeyObject {
  return algorithm.startsWith("HS") ? new TextEncoder().encode(key) : createPrivateKey(key);
}

/** Why the key does not fit the algorithm, without the key's text. */
export function keyProblem(algorithm: string, key: string): string | undefined {
  if (algorithm.startsWith("HS")) return undefined;
  let parsed: KeyObject;
  try {
    parsed = createPrivateKey(key);
  } catch {
    return "signing_key must be a private key in PEM form";
  }
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = parsed;
  if (algorithm.startsWith("RS")) {
    const fits = type === "rsa" && (details?.modulusLength ?? 0) >= 2048;
    return fits ? undefined : `signing_key is no RSA key of at least 2048 bits for ${algorithm}`;
  }
  const fits = type === "ec" && details?.namedCurve === CURVES[algorithm];
  return fits ? undefined : `signing_key is not of the curve of ${algorithm}`;
}
