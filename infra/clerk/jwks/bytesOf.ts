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
