import { aesonTypeName, type Json, type JsonObject } from "./json";

/** Refusal in the words of the engine's JSON decoder. */
export class DecodeError extends Error {
  constructor(message: string, path = "$") {
    super(`Error in ${path}: ${message}`);
  }
}

/** A member's place as aeson writes it: names of letters and digits alone stand bare. */
export function memberPath(name: string): string {
  return /^[A-Za-z][A-Za-z0-9]*$/.test(name) ? `$.${name}` : `$['${name}']`;
}

export function wrongType(what: string, expected: string, found: Json | undefined): string {
  return `parsing ${what} failed, expected ${expected}, but encountered ${aesonTypeName(found)}`;
}

/** A text member; null counts as absent, any other type is the decoder's refusal. */
export function optionalText(fields: JsonObject, name: string, what = "Text"): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string") return value;
  throw new DecodeError(wrongType(what, "String", value), memberPath(name));
}
