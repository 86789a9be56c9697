import { describeFailure, type Failure, timedOut } from "./describeFailure";
import { exchange } from "./exchange";
import type { RemoteAnswer, RemoteRequest } from "./request";

export type { Failure } from "./describeFailure";

/** An answer that the caller judges, or why there is none. */
export type Outcome =
  | { readonly answer: RemoteAnswer; readonly failure?: undefined }
  | { readonly failure: Failure; readonly answer?: undefined };

const DEFAULT_TIMEOUT_MS = 15_000;
const DEFAULT_MAX_BYTES = 1024 * 1024;
const CHECK_ADDRESS =
  "check that the URL is the service's own address, without a proxy or a login page before it";

/** Sends a request once and sorts what comes back. */
export async function tryOnce(request: RemoteRequest): Promise<Outcome> {
  const timeoutMs = request.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const maxBytes = request.maxBytes ?? DEFAULT_MAX_BYTES;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { text, ...head } = await exchange(request, maxBytes, signal);
    if (text === undefined) return { failure: tooLarge(head.status, maxBytes) };
    return sorted(request, { ...head, text, json: parsed(text) });
  } catch (error) {
    if (signal.aborted) return { failure: timedOut(timeoutMs) };
    return { failure: describeFailure(error) };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

function sorted(request: RemoteRequest, answer: RemoteAnswer): Outcome {
  const { status } = answer;
  if (status >= 300 && status < 400) return { failure: redirected(status) };
  if (status !== 429 && status < 500) return { answer };
  const words = request.explain?.(answer) ?? "";
  return {
    failure: {
      text: `status ${status}${words === "" ? "" : `, ${words}`}`,
      remedy:
        status === 429
          ? "too many requests; wait a minute, let fewer jobs use the same key at once, and run it again"
          : "the fault is the service's own; look at its status page and run it again",
      status,
      retryAfter: answer.headers.get("retry-after"),
      maybeDone: status !== 429,
      final: false,
    },
  };
}

function redirected(status: number): Failure {
  return {
    text: `status ${status}, a redirect, which is not followed so that no secret travels to another address`,
    remedy: CHECK_ADDRESS,
    status,
    maybeDone: false,
    final: true,
  };
}

function tooLarge(status: number, maxBytes: number): Failure {
  return {
    text: `the answer (status ${status}) is larger than ${maxBytes} bytes and was not read`,
    remedy: CHECK_ADDRESS,
    status,
    maybeDone: true,
    final: true,
  };
}
