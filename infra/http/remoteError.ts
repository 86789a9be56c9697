import { maskSecrets } from "../secrecy/maskSecrets";
import { CutResponseError, UnsendableError } from "./exchange";

const LONGEST_TEXT = 2000;

/**
 * A failed call to a remote service: one line without any secret. It has no stack, because Pulumi's plugin host prints
 * stacks into the user's terminal.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** The HTTP status of the last response; undefined when none came. */
  readonly status?: number;
  /** True when the request was sent, but its effect is not known. Default: false. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, details: { status?: number; outcomeUnknown?: boolean } = {}) {
    super(message);
    if (details.status !== undefined) this.status = details.status;
    this.outcomeUnknown = details.outcomeUnknown ?? false;
    this.stack = "";
  }

  override toString(): string {
    return this.message;
  }
}

/** Builds a RemoteError whose text is on one line, at most 2000 characters long and free of the secrets. */
export function remoteError(
  text: string,
  secrets: readonly string[] = [],
  details: { status?: number; outcomeUnknown?: boolean } = {},
): RemoteError {
  // Masked before it is cut or folded, because half a secret would no longer be recognized.
  const line = maskSecrets(text, secrets).replace(/[\s\p{Cc}]+/gu, " ");
  const short = line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line;
  return new RemoteError(short, details);
}

/** Why one try gave no usable response. */
export interface Failure {
  /** What happened; may still hold secrets, which are masked when the error is built. */
  text: string;
  remedy: string;
  status?: number;
  retryAfter?: string | null;
  /** True when the service may have done what was asked. */
  maybeDone: boolean;
  /** True when another try would end the same way. */
  final: boolean;
}

/** Node's codes for a connection that was never made. */
export const NEVER_SENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host name could not be resolved",
  EAI_AGAIN: "the host name could not be resolved",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};
const CHECK_NETWORK =
  "check the network, the proxy and the firewall here, and that the URL is right, then run it again";
const RUN_AGAIN = "check the network here and the service's status page, then run it again";
const CHECK_URL =
  "check that the URL is the service's own address, without a proxy or a login page in front";

/** Describes an error of the connection, or of reading the response. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UnsendableError) return UNSENDABLE;
  if (error instanceof CutResponseError) {
    const text = `the response (status ${error.status}) ended too early (${errorCode(error)})`;
    return { text, remedy: RUN_AGAIN, maybeDone: true, final: false };
  }
  const code = errorCode(error);
  const neverSent = NEVER_SENT[code];
  if (neverSent !== undefined) {
    const text = `${neverSent} (${code})`;
    return { text, remedy: CHECK_NETWORK, maybeDone: false, final: false };
  }
  if (isCertificateCode(code)) return certificateFailure(code);
  const text = `the connection broke off before a response came (${code})`;
  return { text, remedy: RUN_AGAIN, maybeDone: true, final: false };
}

const UNSENDABLE: Failure = {
  text: "the request could not be built, because the URL or a header holds characters that are not allowed there",
  remedy: "look for a line break, a blank or a quote in the key or the URL",
  maybeDone: false,
  final: true,
};

function certificateFailure(code: string): Failure {
  return {
    text: `the secure connection failed (${code})`,
    remedy:
      "if a proxy here signs its own certificates, name its CA file in NODE_EXTRA_CA_CERTS; otherwise check the URL",
    maybeDone: false,
    final: true,
  };
}

export function isCertificateCode(code: string): boolean {
  return /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_/.test(code);
}

/** The code of a network error, or of what cut a response; of several addresses, that of the first. */
export function errorCode(error: unknown): string {
  if (error instanceof CutResponseError) return errorCode(error.cause);
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}

export function timedOut(timeoutMs: number): Failure {
  const text = `no complete response within ${timeoutMs / 1000} s`;
  return { text, remedy: RUN_AGAIN, maybeDone: true, final: false };
}

export function redirected(status: number): Failure {
  const text = `status ${status}, a redirect, which is not followed, so that no secret goes to another URL`;
  return { text, remedy: CHECK_URL, status, maybeDone: false, final: true };
}

export function tooLarge(status: number, maxBytes: number): Failure {
  const text = `the response (status ${status}) is larger than ${maxBytes} bytes and was not read`;
  return { text, remedy: CHECK_URL, status, maybeDone: true, final: true };
}

/** A 429 or 5xx response; `words` are the service's own. */
export function overloaded(status: number, words: string, retryAfter: string | null): Failure {
  const remedy =
    status === 429
      ? "too many requests; wait a minute, let fewer jobs use the same key at the same time, and run it again"
      : "the service failed; check its status page and run it again";
  const text = `status ${status}${words === "" ? "" : `, ${words}`}`;
  return { text, remedy, status, retryAfter, maybeDone: status !== 429, final: false };
}
