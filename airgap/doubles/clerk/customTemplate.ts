import { generateKeyPairSync } from "node:crypto";

/** A shared key that no answer may hold. */
export const SHARED = "not-for-answers-0123456789abcdef";
export const PATH = "/v1/jwt_templates";

/** A new private key: of so many bits, or on that curve. */
export function privatePem(kind: "rsa" | "ec", size: number | string): string {
  const { privateKey } =
    kind === "rsa"
      ? generateKeyPairSync("rsa", { modulusLength: Number(size) })
      : generateKeyPairSync("ec", { namedCurve: String(size) });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

/** Body of a template that signs with a key of its own. */
export function customTemplate(algorithm: string, key: string, name = "custom") {
  return {
    name,
    claims: {},
    custom_signing_key: true,
    signing_algorithm: algorithm,
    signing_key: key,
  };
}
