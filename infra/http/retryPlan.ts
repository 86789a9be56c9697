/** Longest single wait, in milliseconds. */
export const LONGEST_WAIT_MS = 30_000;
/** Longest sum of all waits of one request, in milliseconds. */
export const LONGEST_TOTAL_WAIT_MS = 60_000;
export const DEFAULT_BASE_WAIT_MS = 500;

/** What is known when a try has failed. */
export interface FailedTry {
  /** Tries made so far, this one included. */
  tries: number;
  /** Tries allowed. */
  attempts: number;
  /** Milliseconds waited so far. */
  waitedMs: number;
  /** First wait in milliseconds; it doubles from try to try. Default: 500. */
  baseWaitMs?: number;
  /** The Retry-After header's text, or null. */
  retryAfter: string | null;
  /** The present time in milliseconds, for a Retry-After that is a date. */
  now: number;
}

/**
 * Answers how many milliseconds to wait before the next try, or undefined to give up: 0.5 s, 1 s, 2 s, ..., or what
 * Retry-After asks for where that is longer; one wait is at most 30 s, all together at most 60 s.
 */
export function nextWait(failed: FailedTry): number | undefined {
  if (failed.tries >= failed.attempts) return undefined;
  const backoff = (failed.baseWaitMs ?? DEFAULT_BASE_WAIT_MS) * 2 ** (failed.tries - 1);
  const asked = retryAfterMs(failed.retryAfter, failed.now) ?? 0;
  const wait = Math.min(Math.max(backoff, asked), LONGEST_WAIT_MS);
  return failed.waitedMs + wait > LONGEST_TOTAL_WAIT_MS ? undefined : wait;
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
