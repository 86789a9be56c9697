import { type JwkSetReading, readJwkSet } from "../clerk/jwks/jwkSet";
import { describeRefresh, refreshOf } from "../clerk/jwks/jwksRefresh";
import { quoted } from "../validation/problems";
import { type CheckResult, check, Outcome } from "./checkResult";
import { shownKeyId } from "./decodedToken";
import { dockerCommand } from "./engineChecks";
import type { FetchPlace, KeySetResponse } from "./fetchKeySet";
import type { VerificationKey } from "./judgeSignature";
import type { ExaminedStack, StackKey } from "./subject";

/** What the checks of the key set came to, and the keys themselves where they could be read. */
export interface KeySetVerdict {
  checks: CheckResult[];
  keys?: VerificationKey[];
}

const REACHABLE = check("jwks.reachable", "key set is reachable");
const KEYS = check("jwks.keys", "key set can be read");
const REFRESH = check("jwks.refresh", "key set is refreshed");
const PROXIED = {
  used: ", with its proxy settings",
  unused: ", but without its proxy settings, because the container has no curl",
};
const NO_SET = "nothing to do: the engine was given its key";
const ADDRESS = "check the publishable key or identity.jwksUrl, and open the URL in a browser";

/** Judges a key set: reached from where Hasura runs, every key as Hasura reads it, and its cache headers. */
export function judgeKeySet(
  key: StackKey,
  url: string | undefined,
  response: KeySetResponse | undefined,
): KeySetVerdict {
  if (url === undefined || response === undefined) {
    const finding = "this stack has no key set";
    return { checks: [REACHABLE, KEYS, REFRESH].map((name) => name.skipped(finding, NO_SET)) };
  }
  const pinned = key.kind !== "jwks";
  if (response.failure !== undefined) {
    return unread(unreachable(response.failure, response, pinned), pinned);
  }
  if (response.status < 200 || response.status > 299) {
    const finding = `returns status ${response.status} ${fromWhere(response)}`;
    const line = pinned
      ? REACHABLE.warning(`${finding}, and the next update fetches it`, ADDRESS)
      : REACHABLE.failed(
          `${finding}; an engine that starts now ends with "Non-2xx response on fetching JWK from: …"`,
          ADDRESS,
        );
    return unread(line, pinned);
  }
  const reached = REACHABLE.ok(`responds ${fromWhere(response)}`);
  const { checks, keys } = judgeBody(response.body, key);
  const refresh = pinned ? notFetched() : judgeRefresh(response);
  return { checks: [reached, checks, refresh], ...(keys === undefined ? {} : { keys }) };
}

function fromWhere({ inside, reason, proxy }: FetchPlace): string {
  if (inside) return `from where Hasura runs${proxy === undefined ? "" : PROXIED[proxy]}`;
  return `from this machine${reason === undefined ? "" : ` (not asked from where Hasura runs: ${reason})`}`;
}

function unreachable(failure: string, place: FetchPlace, pinned: boolean): CheckResult {
  const finding = `no response ${fromWhere(place)}: ${failure}`;
  if (!place.inside || place.proxy === "unused" || pinned) {
    const little = pinned ? "" : "; from here this tells little about the engine's own network";
    return REACHABLE.warning(finding, `${remedyFor(failure)}${little}`);
  }
  return REACHABLE.failed(
    `${finding}; an engine that starts now ends with "Error fetching JWK: …"`,
    `${remedyFor(failure)}; identity.jwks pinned makes a start independent of it`,
  );
}

function remedyFor(failure: string): string {
  if (/certificate/.test(failure))
    return "give the authority's certificate as hasura.caCertificates";
  if (/proxy/.test(failure)) return "correct HTTP_PROXY and HTTPS_PROXY in hasura.env";
  if (/host name/.test(failure))
    return "check the host's spelling and the name server, or join its network with hasura.networks";
  return "allow the engine's network to reach that host and port";
}

function unread(reached: CheckResult, pinned: boolean): KeySetVerdict {
  const skippedKeys = KEYS.skipped(
    "not read, because the set could not be fetched",
    "see the line above",
  );
  const refresh = pinned
    ? notFetched()
    : REFRESH.skipped("not known, because the set could not be fetched", "see the line above");
  return { checks: [reached, skippedKeys, refresh] };
}

function notFetched(): CheckResult {
  return REFRESH.skipped(
    "the engine does not fetch it: its key is pinned by each update",
    "run npm run up after Clerk rotates its key",
  );
}

function judgeBody(body: string, key: StackKey): { checks: CheckResult; keys?: VerificationKey[] } {
  const reading = readJwkSet(body);
  if (reading.problems !== undefined) {
    const found = reading.problems.map(({ path, reason }) => `${path} ${reason}`).join("; ");
    const finding = `one bad key makes the whole set unreadable: ${found}; Hasura says "Error parsing JWK from url: …"`;
    return {
      checks: KEYS.failed(
        finding,
        "ask the issuer to fix its key set; until then identity.signingKey can hold one good key",
      ),
    };
  }
  const keys = reading.value.keys.map(
    ({ pem, kid }): VerificationKey => ({
      kind: "public",
      pem,
      ...(kid === undefined ? {} : { kid }),
    }),
  );
  return { checks: judgeKeys(reading.value, key), keys };
}

function judgeKeys({ keys, ignored }: JwkSetReading, key: StackKey): CheckResult {
  if (keys.length === 0) {
    return KEYS.failed(
      'holds no usable key, so every token fails with "JWSError NoUsableKeys"',
      ADDRESS,
    );
  }
  const listed = keys.map(
    ({ kid, algorithm }) => `${algorithm} ${kid === undefined ? "without a kid" : shownKeyId(kid)}`,
  );
  const count = `${keys.length} key${keys.length === 1 ? "" : "s"}: ${listed.join(", ")}`;
  if (key.kind === "public" && !keys.some(({ pem }) => samePem(pem, key.pem))) {
    return KEYS.warning(
      `${count}; the pinned key is not among them`,
      "Clerk rotated its key: run npm run up to pin the new one",
    );
  }
  if (ignored.length === 0) return KEYS.ok(count);
  const passed = ignored.map(
    ({ kid, reason }) => `${kid === undefined ? "one" : quoted(kid)} ${reason}`,
  );
  return KEYS.ok(`${count}; ignored: ${passed.join(", ")}`);
}

function samePem(left: string, right: string): boolean {
  const bare = (pem: string) => pem.replace(/\s/g, "");
  return bare(left) === bare(right);
}

function judgeRefresh(response: Extract<KeySetResponse, { status: number }>): CheckResult {
  const refresh = refreshOf(response.headers, new Date(response.at));
  const words = describeRefresh(refresh);
  if (refresh.kind !== "never") return REFRESH.ok(words);
  return REFRESH.info(words, "or set identity.jwks to pinned, and run npm run up after a rotation");
}

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
    { ...introspection, finding: `${introspection.finding}; ${finding}`, remedy },
    ...judged.map((line) =>
      line.id === "token.verdict" ? { ...line, outcome: Outcome.Failed, finding, remedy } : line,
    ),
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
    return explained ? { ...line, outcome: Outcome.Warning, finding, remedy } : line;
  });
}
