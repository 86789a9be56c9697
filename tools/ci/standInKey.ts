import { generateKeyPairSync } from "node:crypto";

const CURVES: ReadonlyMap<string, string> = new Map([
  ["ES256", "P-256"],
  ["ES384", "P-384"],
  ["ES512", "P-521"],
]);

/** A key of the algorithm's kind, for a program that only has to accept it: nothing is ever signed with it. */
export function standInKey(algorithm: string): string {
  if (algorithm.startsWith("HS")) return "x".repeat(64);
  return pairOf(algorithm).privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

function pairOf(algorithm: string) {
  const namedCurve = CURVES.get(algorithm);
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve });
  if (algorithm === "Ed25519") return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}
