/** The bytes of a text in base64url, as strictly as the engine's library reads it: no padding, no bits left over. */
export function bytesOf(value: unknown): Buffer | undefined {
  if (typeof value !== "string" || value === "") return undefined;
  const bytes = Buffer.from(value, "base64url");
  return bytes.toString("base64url") === value ? bytes : undefined;
}
