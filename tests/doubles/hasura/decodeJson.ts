import { aesonTypeName, type JsonObject } from "./json";

/** Refusal in the words of the engine's JSON decoder. */
export class DecodeError extends Error {
  constructor(message: string, path = "$") {
    super(`Error in ${path}: ${message}`);
  }
}

/** A text field; null counts as absent, any other type is the decoder's refusal. */
export function optionalText(fields: JsonObject, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  const found = aesonTypeName(value);
  throw new DecodeError(
    `parsing Text failed, expected String, but encountered ${found}`,
    `$['${name}']`,
  );
}
