import { setTimeout as pauseFor } from "node:timers/promises";
import { exchange, type HttpRequest, type RawResponse } from "./exchange";
import {
  describeFailure,
  type Failure,
  overloaded,
  type RemoteError,
  redirected,
  remoteError,
  timedOut,
  tooLarge,
} from "./remoteError";
import { shownUrl } from "./remoteUrl";

/** One call to a remote service. */
export interface RemoteRequest extends HttpRequest {
  /** Name of the service in error texts. Example: `Clerk's Backend API`. */
  what: string;
  /** Masked in every error text, also where they are percent-, JSON- or base64-encoded. */
  secrets?: readonly string[];
  /** Milliseconds per try, the response's body included. Default: 15000. */
  timeoutMs?: number;
  /** Tries at most. Default: 4. */
  attempts?: number;
  /** Largest response in bytes. Default: 1 MiB. */
  maxBytes?: number;
  /** True when a repetition does no harm. Default: by method, true for all but POST. */
  repeatable?: boolean;
  /** Words for a 429 or 5xx response, put into the error; masked like everything else. Default: the status alone. */
  explain?: (response: RemoteResponse) => string;
}

export interface RemoteResponse extends RawResponse {
  text: string;
  /** The body as JSON, whatever its content type; undefined when it is not JSON. */
  json: unknown;
}

type Pause = (milliseconds: number) => Promise<unknown>;
type Outcome = { response: RemoteResponse } | { failure: Failure };

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const REPEATABLE_METHODS = new Set(["GET", "HEAD", "PUT", "PATCH", "DELETE"]);

/**
 * Sends a request and returns the response. Network failures, 5xx and 429 are tried again (POST only where the first
 * try cannot have had an effect: 429, connection refused, name not resolved), 4 tries with at most 60 s of waiting.
 * Redirects are not followed, so that a secret key never travels to an address the user did not name.
 *
 * @throws RemoteError when no usable response came; every other status is the caller's to judge.
 */
export async function sendRequest(
  request: RemoteRequest,
  pause: Pause = pauseFor,
): Promise<RemoteResponse> {
  const attempts = request.attempts ?? 4;
  let waitedMs = 0;
  let maybeDone = false;
  for (let tries = 1; ; tries++) {
    const outcome = await tryOnce(request);
    if ("response" in outcome) return outcome.response;
    const { failure } = outcome;
    maybeDone ||= failure.maybeDone;
    const { retryAfter = null } = failure;
    const failed = { tries, attempts, waitedMs, retryAfter, now: Date.now() };
    const wait = mayRepeat(request, failure) ? nextWait(failed, baseWaitMs()) : undefined;
    if (wait === undefined) throw givenUp(request, { ...failure, maybeDone }, tries);
    await pause(wait);
    waitedMs += wait;
  }
}

async function tryOnce(request: RemoteRequest): Promise<Outcome> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { text, ...head } = await exchange(request, maxBytes, signal);
    const { status, headers } = head;
    if (text === undefined) return { failure: tooLarge(status, maxBytes) };
    if (status >= 300 && status < 400) return { failure: redirected(status) };
    const response = { ...head, text, json: parseJson(text) };
    if (status !== 429 && status < 500) return { response };
    const words = request.explain?.(response) ?? "";
    return { failure: overloaded(status, words, headers.get("retry-after")) };
  } catch (error) {
    return { failure: signal.aborted ? timedOut(timeoutMs) : describeFailure(error) };
  }
}

/** Parses a body, which may begin with a byte order mark; undefined when it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
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
  const text = `${where} failed ${count}: ${failure.text}; ${failure.remedy}`;
  return remoteError(text, request.secrets, {
    ...(failure.status === undefined ? {} : { status: failure.status }),
    outcomeUnknown: failure.maybeDone,
  });
}

/** Longest single wait, in milliseconds. */
export const LONGEST_WAIT_MS = 30_000;
/** Longest sum of all waits of one request, in milliseconds. */
export const LONGEST_TOTAL_WAIT_MS = 60_000;
const DEFAULT_BASE_WAIT_MS = 500;

/** What is known when a try has failed. */
interface FailedTry {
  /** Tries made so far, this one included. */
  tries: number;
  /** Tries allowed. */
  attempts: number;
  /** Milliseconds waited so far. */
  waitedMs: number;
  /** The Retry-After header's text, or null. */
  retryAfter: string | null;
  /** The present time in milliseconds, for a Retry-After that is a date. */
  now: number;
}

/**
 * Returns how many milliseconds to wait before the next try, or undefined to give up: 0.5 s, 1 s, 2 s, ..., or what
 * Retry-After asks for where that is longer; one wait is at most 30 s, all together at most 60 s.
 */
export function nextWait(
  { tries, attempts, waitedMs, retryAfter, now }: FailedTry,
  baseMs = DEFAULT_BASE_WAIT_MS,
): number | undefined {
  if (tries >= attempts) return undefined;
  const backoff = baseMs * 2 ** (tries - 1);
  const wait = Math.min(Math.max(backoff, retryAfterMs(retryAfter, now) ?? 0), LONGEST_WAIT_MS);
  return waitedMs + wait > LONGEST_TOTAL_WAIT_MS ? undefined : wait;
}

/** Milliseconds that a Retry-After header asks for (whole seconds or an HTTP date, RFC 9110); undefined if neither. */
export function retryAfterMs(header: string | null, now: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Date.parse takes nearly anything ("-5" is the year 2001), so only the shape of an HTTP date gets there.
  if (!/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  // The oldest of the three forms names no zone, and means GMT like the others.
  const date = Date.parse(/(?:[A-Za-z]|[+-]\d{4})$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
