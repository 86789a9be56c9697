/** The headers of a key set's answer on which its next fetch depends. */
export interface JwksHeaders {
  /** The first line of that name: of further ones the engine knows nothing. */
  cacheControl?: string;
  expires?: string;
  /** The issuer's clock; the engine passes it over and compares Expires with its own clock. */
  date?: string;
}

/** Picks the headers of an answer; `firstOf` returns the first line of a header by its lower-case name. */
export function jwksHeaders(firstOf: (name: string) => string | undefined): JwksHeaders {
  const [cacheControl, expires, date] = ["cache-control", "expires", "date"].map(firstOf);
  return {
    ...(cacheControl === undefined ? {} : { cacheControl }),
    ...(expires === undefined ? {} : { expires }),
    ...(date === undefined ? {} : { date }),
  };
}

/**
 * Seconds between two looks of the engine at the expiry of its key set. Source: graphql-engine, App.hs, updateJwkCtxThread,
 * ed97e858f (v2.40.1, v2.41.0); engines before that look every second.
 */
export const LOOK_SECONDS = 60;

/** When the engine fetches a key set again. */
export type JwksRefresh =
  | { kind: "never" }
  /** At each look, because each answer has expired by then. */
  | { kind: "everyLook" }
  /** At the first look that comes `seconds` after an answer or later, a whole number above 0. */
  | { kind: "after"; seconds: number };

/** What is known of a Cache-Control header, `flags` being the names without a value; `unreadable` stands for one that the engine's parser gives up on. */
type CacheControl = { flags: Set<string>; maxAge?: number } | "unreadable";

const TOKEN = "[!#$%&'*+.^_`|~\\dA-Za-z-]+";
const QUOTED = '"((?:[\\s!#-[\\]-~]|\\\\.)*)"';
const DIRECTIVE = `(${TOKEN})(?:=(?:(${TOKEN})|${QUOTED}))?`;
const FIRST = new RegExp(`^(?:,\\s?)*${DIRECTIVE}`);
const NEXT = new RegExp(`\\s?,(?:\\s?${DIRECTIVE})?`, "y");
const EXPIRES = /^\s*[a-z]{3}, \d{2} [a-z]{3} \d{4} \d{2}:\d{2}:\d{2} GMT\s*$/i;

/**
 * Says when the engine fetches a key set again (graphql-engine's JWT.hs, determineJwkExpiryLifetime): must-revalidate
 * with its max-age; no-cache and no-store; the first of max-age and s-maxage; Expires. `now` is the time of the answer.
 * Where the header gives no expiry, none is stored and the set is never fetched again.
 */
export function refreshOf(headers: JwksHeaders, now: Date): JwksRefresh {
  const seconds = secondsUntilFetch(headers, now);
  if (seconds === undefined) return { kind: "never" };
  return seconds <= 0 ? { kind: "everyLook" } : { kind: "after", seconds: Math.ceil(seconds) };
}

function secondsUntilFetch({ cacheControl, expires }: JwksHeaders, now: Date): number | undefined {
  if (cacheControl !== undefined) {
    const read = readCacheControl(cacheControl);
    // The engine gives up here, without a look at Expires.
    if (read === "unreadable") return undefined;
    if (read.flags.has("must-revalidate")) return read.maxAge ?? 0;
    if (read.flags.has("no-cache") || read.flags.has("no-store")) return 0;
    if (read.maxAge !== undefined) return read.maxAge;
  }
  if (expires === undefined || !EXPIRES.test(expires)) return undefined;
  const until = (Date.parse(expires) - now.getTime()) / 1000;
  return Number.isNaN(until) ? undefined : until;
}

/**
 * Reads the header as the engine does (Data.Parser.CacheControl): names count in lower case only, a name with a value,
 * such as no-cache="Set-Cookie", is no flag, and reading stops at what fits the grammar no more, such as a second blank.
 */
function readCacheControl(header: string): CacheControl {
  const first = FIRST.exec(header);
  if (first === null) return "unreadable";
  const flags = new Set<string>();
  const ages: string[] = [];
  NEXT.lastIndex = first[0].length;
  for (let found: RegExpExecArray | null = first; found !== null; found = NEXT.exec(header)) {
    const [, name = "", token, quoted] = found;
    const value = token ?? quoted?.replace(/\\(.)/g, "$1");
    if (value === undefined) flags.add(name);
    else if (name === "max-age" || name === "s-maxage") ages.push(value);
  }
  const age = ages[0];
  if (age === undefined) return { flags };
  const digits = /^\d+/.exec(age)?.[0];
  if (digits === undefined) return "unreadable";
  return { flags, maxAge: Math.min(Number(digits), Number.MAX_SAFE_INTEGER) };
}

const PROXY = "put a proxy that sends Cache-Control: max-age=300 in front of the key set";

/** Describes when the engine fetches the key set, how long a rotated key is refused, and the remedy. */
export function describeRefresh(refresh: JwksRefresh): string {
  switch (refresh.kind) {
    case "never":
      return `Hasura fetches the key set at its start and never again, because the response has no usable Cache-Control or Expires header; a rotated key is refused until the engine restarts. Restart it after each rotation, or ${PROXY}.`;
    case "everyLook":
      return `Hasura fetches the key set every ${LOOK_SECONDS} s, because the response's headers make it expire immediately; ${refusedFor(0)}.`;
    case "after":
      return `Hasura fetches the key set again ${refresh.seconds} to ${longestWait(refresh.seconds)} s after each response, because it checks every ${LOOK_SECONDS} s; ${refusedFor(refresh.seconds)}.`;
  }
}

/** Seconds from an answer to the next fetch, at most. */
function longestWait(seconds: number): number {
  return seconds + LOOK_SECONDS;
}

function refusedFor(seconds: number): string {
  const wait = longestWait(seconds);
  return `a rotated key is refused for up to ${wait} s. Publish a new key ${wait} s before it signs, or restart the engine after the rotation`;
}
