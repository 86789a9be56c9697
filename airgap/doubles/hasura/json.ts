export type Json = null | boolean | number | string | Json[] | JsonObject;
export type JsonObject = { [key: string]: Json };

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Name of a JSON value's type as Haskell's aeson puts it into its messages. */
export function aesonTypeName(value: unknown): string {
  if (value === null || value === undefined) return "Null";
  if (Array.isArray(value)) return "Array";
  const name = typeof value;
  if (name === "boolean") return "Boolean";
  if (name === "number") return "Number";
  return name === "string" ? "String" : "Object";
}

/** Parses JSON text, answering undefined (which no JSON text yields) when it is not JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
