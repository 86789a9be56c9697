import type { Signer } from "../signToken";

/** One token and what has to be said of it. */
export interface TokenCase {
  what: string;
  /** The line that has to tell it. */
  line: string;
  outcome: "ok" | "warning" | "failed" | "skipped";
  finding: RegExp;
  /** Members of the JWT secret beside or instead of the shared key. */
  secret?: Record<string, unknown>;
  /** Claims beside or instead of those of a good token; `undefined` removes one. */
  claims?: Record<string, unknown>;
  /** Members of the namespace beside or instead of those of a good token. */
  hasura?: Record<string, unknown>;
  /** Key and algorithm of the signer. Default: the stack's. */
  signer?: Signer;
  /** The text that is pasted, instead of a token made of the above. */
  pasted?: string;
  /** Whether the engine accepts it, where the outcome alone does not say so. */
  accepted?: boolean;
}

export const KEY = "k".repeat(64);
export const ISSUER = "https://clerk.example.com";
export const NAMESPACE = "https://hasura.io/jwt/claims";
export const ROLES = {
  "x-hasura-allowed-roles": ["user"],
  "x-hasura-default-role": "user",
};
