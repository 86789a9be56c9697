import { type CheckResult, failed, Outcome } from "./checkResult";
import type { ExaminedStack } from "./subject";

const KEY_REFUSED = /JWSInvalidSignature|NoUsableKeys/;

/**
 * Tells of an engine that refuses a token for its key although the key set has that key: it holds the set of an earlier time,
 * and fetches it again as the set's cache headers said, never because a key is unknown to it (graphql-engine #9759).
 * @param introspection What the engine made of the token.
 * @param judged The lines about the token, from its form to the verdict.
 */
export function explainStaleKeys(
  introspection: CheckResult,
  judged: readonly CheckResult[],
  { secret, subject }: ExaminedStack,
): CheckResult[] {
  const signature = judged.find(({ id }) => id === "token.signature");
  const refused =
    introspection.outcome === Outcome.Failed && KEY_REFUSED.test(introspection.finding);
  if (secret.key.kind !== "jwks" || !refused || signature?.outcome !== Outcome.Ok) {
    return [introspection, ...judged];
  }
  const finding = "its key is in the key set, but the engine holds an older set";
  const container = subject.container ?? "CONTAINER";
  const remedy = `restart the engine, which fetches the set: docker restart ${container}; the line about the key set's refresh says when it would by itself`;
  return [
    failed(introspection, `${introspection.finding}; ${finding}`, remedy),
    ...judged.map((line) => (line.id === "token.verdict" ? failed(line, finding, remedy) : line)),
  ];
}
