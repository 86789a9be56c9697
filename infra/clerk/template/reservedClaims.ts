const OF_SESSION =
  "it belongs to a session, to which a template's token is not tied, so remove it, or use session tokens";

/**
 * The claims that Clerk sets in every token, and those of a session, which a template's token cannot hold (Clerk's page
 * "JWT templates", which names sid, v, pla and fea of these; fva is of the same kind), with the remedy.
 */
const RESERVED = new Map<string, string>([
  ["azp", "it is the origin that asked for the token, so remove it"],
  ["exp", "it follows from the template's lifetime, so remove it and set the lifetime"],
  ["iat", "it is the time of signing, so remove it"],
  [
    "iss",
    "it is the https origin of the Frontend API, so remove it and compare it in identity.issuer",
  ],
  ["jti", "it is a fresh id for each token, so remove it"],
  ["nbf", "it follows from the template's allowed clock skew, so remove it and set the skew"],
  [
    "sub",
    "it is the user's Clerk id, so remove it and put an id of your own into x-hasura-user-id",
  ],
  ...["sid", "v", "pla", "fea", "fva"].map((claim): [string, string] => [claim, OF_SESSION]),
]);

/** Answers why a template may not set a claim of this name, or undefined. */
export function reservedProblem(claim: string): string | undefined {
  const remedy = RESERVED.get(claim);
  return remedy === undefined
    ? undefined
    : `${claim} is reserved by Clerk, which refuses a template with it; ${remedy}`;
}
