/** Which tokens the engine reads its claims from. @enum */
export const ClaimsSource = {
  /** Tokens of a JWT template, or of another issuer, that carry x-hasura-* values. */
  Template: "template",
  /** Clerk's plain session token in its second version, in use since April 2025. */
  SessionToken: "session-token",
  /** Clerk's plain session token in its first version. */
  SessionTokenV1: "session-token-v1",
} as const;
export type ClaimsSource = (typeof ClaimsSource)[keyof typeof ClaimsSource];

/** Where the engine gets the public keys of an issuer from. @enum */
export const JwksMode = {
  /** The engine fetches the key set itself, at its start and when cache headers say so. */
  Fetched: "fetched",
  /** Each update fetches it, and hands the engine the one key in it. */
  Pinned: "pinned",
} as const;
export type JwksMode = (typeof JwksMode)[keyof typeof JwksMode];
