import { DecodeError, memberPath, wrongType } from "./decodeJson";
import type { Json } from "./json";

/** The checked claims that a token must carry: without this, a token that lacks one is not checked. */
export type RequiredClaims = { issuer: boolean; audience: boolean };

const NAMES: Record<string, keyof RequiredClaims> = {
  issuer: "issuer",
  iss: "issuer",
  audience: "audience",
  aud: "audience",
};

/**
 * Reads extra_required_claims, which engines from v2.49.4 on know. Inferred: the engine's own test speaks
 * of a list that includes audience; whether it writes `aud` is not known, so that both are taken.
 * @throws DecodeError
 */
export function parseRequiredClaims(value: Json | undefined): RequiredClaims {
  const required = { issuer: false, audience: false };
  if (value === undefined || value === null) return required;
  const where = memberPath("extra_required_claims");
  if (!Array.isArray(value)) throw new DecodeError(wrongType("[]", "Array", value), where);
  for (const item of value) {
    const name = typeof item === "string" ? NAMES[item] : undefined;
    if (name === undefined) {
      throw new DecodeError(`unexpected claim ${JSON.stringify(item)}`, where);
    }
    required[name] = true;
  }
  return required;
}
