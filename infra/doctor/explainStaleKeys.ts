import { type CheckResult, failed, Outcome, warning } from "./checkResult";
import { dockerCommand } from "./containerChecks";
import type { ExaminedStack } from "./subject";

/** What the engine says of a token whose key it does not have, and why that is. */
const CAUSES: readonly [RegExp, string][] = [
  [/JWSInvalidSignature/, "the engine holds an older set"],
  [
    /NoUsableKeys/,
    "the engine holds no key yet: its fetch right after the start failed or met an empty set, and it tries again every 60 s",
  ],
];

/**
 * Explains an engine and a key set that differ in the key of a token: the engine holds the set of an earlier time, and fetches it again
 * as the set's cache headers said, never because a key is unknown to it (graphql-engine #9759).
 * @param introspection What the engine made of the token.
 * @param judged The lines about the token, from its form to the verdict.
 */
export function explainStaleKeys(
  introspection: CheckResult,
  judged: readonly CheckResult[],
  { secret, subject }: ExaminedStack,
): CheckResult[] {
  const signature = judged.find(({ id }) => id === "token.signature");
  if (secret.key.kind !== "jwks" || signature === undefined) return [introspection, ...judged];
  if (signature.outcome === Outcome.Failed && introspection.outcome === Outcome.Ok) {
    return [introspection, ...acceptedStill(judged)];
  }
  const cause = CAUSES.find(([text]) => text.test(introspection.finding))?.[1];
  if (
    cause === undefined ||
    introspection.outcome !== Outcome.Failed ||
    signature.outcome !== Outcome.Ok
  ) {
    return [introspection, ...judged];
  }
  const finding = `its key is in the key set, but ${cause}`;
  const restart = dockerCommand(subject, `restart ${subject.container ?? "CONTAINER"}`);
  const remedy = `restart the engine, which fetches the set: ${restart}; the line about the key set's refresh says when it would by itself`;
  return [
    failed(introspection, `${introspection.finding}; ${finding}`, remedy),
    ...judged.map((line) => (line.id === "token.verdict" ? failed(line, finding, remedy) : line)),
  ];
}

/** The engine still has a key that the set has no more; whatever else is wrong with the token stays so. */
function acceptedStill(judged: readonly CheckResult[]): CheckResult[] {
  const finding =
    "its key is no longer in the key set, and the engine accepts it because it holds an older set";
  const remedy =
    "let the app fetch a new token, getToken({ skipCache: true }): the engine refuses this one once it fetches the set or restarts";
  const failures = judged.filter(({ outcome }) => outcome === Outcome.Failed);
  const alone = failures.every(({ id }) => id === "token.signature" || id === "token.verdict");
  return judged.map((line) => {
    const explained = line.id === "token.signature" || (alone && line.id === "token.verdict");
    return explained ? warning(line, finding, remedy) : line;
  });
}
