import { setTimeout as pauseFor } from "node:timers/promises";
import { maskSecrets } from "../secrecy/maskSecrets";
import { readUrl } from "../validation/readUrl";
import { RemoteError } from "./remoteError";
import { DEFAULT_BASE_WAIT_MS, nextWait } from "./retryPlan";
import { type Failure, tryOnce } from "./tryOnce";

export { RemoteError } from "./remoteError";

/** One call to a remote service. */
export interface RemoteRequest {
  /** Name of the service in error texts. Example: `Clerk's Backend API`. */
  what: string;
  method: string;
  url: string;
  headers?: Record<string, string>;
  /** Sent as JSON. Default: no body. */
  body?: unknown;
  /** PEM certificates of authorities that are trusted beside Node's own. Default: none. */
  caCertificates?: readonly string[];
  /** Masked in every error text, also where they are percent-, JSON- or base64-encoded. */
  secrets?: readonly string[];
  /** Milliseconds per try, the answer's body included. Default: 15000. */
  timeoutMs?: number;
  /** Tries at most. Default: 4. */
  attempts?: number;
  /** Largest answer in bytes. Default: 1 MiB. */
  maxBytes?: number;
  /** True when a repetition does no harm. Default: by method, true for all but POST. */
  repeatable?: boolean;
  /** Words for a 429 or 5xx answer, put into the error; masked like everything else. Default: the status alone. */
  explain?: (answer: RemoteAnswer) => string;
}

export interface RemoteAnswer {
  status: number;
  headers: Headers;
  /** The values of each line of a header by its lower-case name, which `headers` joins. */
  lines: Readonly<NodeJS.Dict<string[]>>;
  text: string;
  /** The body as JSON, whatever its content type; undefined when it is not JSON. */
  json: unknown;
}

type Pause = (milliseconds: number) => Promise<unknown>;

const REPEATABLE_METHODS = new Set(["GET", "HEAD", "PUT", "PATCH", "DELETE"]);
const LONGEST_TEXT = 2000;

/**
 * Sends a request and answers the response. Network failures, 5xx and 429 are tried again (POST only where the first
 * try cannot have had an effect: 429, connection refused, name not resolved), 4 tries with at most 60 s of waiting.
 * Redirects are not followed, so that a secret key never travels to an address the user did not name.
 *
 * @throws RemoteError when no usable answer came; every other status is the caller's to judge.
 */
export async function sendRequest(
  request: RemoteRequest,
  pause: Pause = pauseFor,
): Promise<RemoteAnswer> {
  const attempts = request.attempts ?? 4;
  let waitedMs = 0;
  let maybeDone = false;
  for (let tries = 1; ; tries++) {
    const outcome = await tryOnce(request);
    if (outcome.answer !== undefined) return outcome.answer;
    const { failure } = outcome;
    maybeDone ||= failure.maybeDone;
    const wait = mayRepeat(request, failure)
      ? nextWait({
          tries,
          attempts,
          waitedMs,
          baseWaitMs: baseWaitMs(),
          retryAfter: failure.retryAfter ?? null,
          now: Date.now(),
        })
      : undefined;
    if (wait === undefined) throw givenUp(request, { ...failure, maybeDone }, tries);
    await pause(wait);
    waitedMs += wait;
  }
}

/** Tests shorten the first wait by the environment variable; it can never lengthen it. */
function baseWaitMs(): number {
  const text = process.env.CLERK_HASURA_RETRY_MS ?? "";
  if (!/^\d{1,6}$/.test(text)) return DEFAULT_BASE_WAIT_MS;
  return Math.min(Number(text), DEFAULT_BASE_WAIT_MS);
}

function mayRepeat(request: RemoteRequest, failure: Failure): boolean {
  if (failure.final) return false;
  const repeatable = request.repeatable ?? REPEATABLE_METHODS.has(request.method.toUpperCase());
  return repeatable || !failure.maybeDone;
}

function givenUp(request: RemoteRequest, failure: Failure, tries: number): RemoteError {
  const count = tries === 1 ? "at the first try" : `after ${tries} tries`;
  const where = `${request.what}: ${request.method} ${shownUrl(request.url)}`;
  return remoteError(
    `${where} failed ${count}: ${failure.text}; ${failure.remedy}`,
    request.secrets,
    {
      ...(failure.status === undefined ? {} : { status: failure.status }),
      outcomeUnknown: failure.maybeDone,
    },
  );
}

/** Builds a RemoteError whose text is on one line, at most 2000 characters long and free of the secrets. */
export function remoteError(
  text: string,
  secrets: readonly string[] = [],
  details: { status?: number; outcomeUnknown?: boolean } = {},
): RemoteError {
  // Masked before it is cut or folded, because half a secret would no longer be recognised.
  const line = maskSecrets(text, secrets).replace(/[\s\p{Cc}]+/gu, " ");
  const short = line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
  return new RemoteError(short, details);
}

/** The address without user info, query and fragment, where secrets hide. */
export function shownUrl(url: string): string {
  const address = readUrl(url);
  if (address === undefined) return "(an address that is not a URL)";
  const { protocol, host, pathname } = address;
  return `${protocol}//${host}${pathname}`;
}
