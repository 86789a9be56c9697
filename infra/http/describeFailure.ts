import { CutAnswerError, UnsendableError } from "./exchange";

/** Why a try gave no usable answer. */
export interface Failure {
  /** What happened; may still hold secrets, masked when the error is built. */
  text: string;
  remedy: string;
  status?: number;
  retryAfter?: string | null;
  /** True when the service may have done what was asked. */
  maybeDone: boolean;
  /** True when a repetition would end the same way. */
  final: boolean;
}

const CERTIFICATE_CODES = /CERT|SELF_SIGNED|UNABLE_TO_|ERR_TLS_|ERR_SSL_/;
/** Codes of Node.js for a connection that never stood. */
const NEVER_SENT: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ENOTFOUND: "the host name could not be resolved",
  EAI_AGAIN: "the host name could not be resolved",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
};
const CHECK_NETWORK =
  "check the network, the proxy and the firewall here, and that the URL is right, then run it again";
const RUN_AGAIN = "check the network here and the service's status page, then run it again";

/** The failure of a try that took too long. */
export function timedOut(timeoutMs: number): Failure {
  const text = `no complete answer within ${timeoutMs / 1000} s`;
  return { text, remedy: RUN_AGAIN, maybeDone: true, final: false };
}

/** Sorts an error of the connection or of reading the answer. */
export function describeFailure(error: unknown): Failure {
  if (error instanceof UnsendableError) return UNSENDABLE;
  if (error instanceof CutAnswerError) {
    const text = `the answer (status ${error.status}) ended too early (${errorCode(error.cause)})`;
    return { text, remedy: RUN_AGAIN, maybeDone: true, final: false };
  }
  const code = errorCode(error);
  const neverSent = NEVER_SENT[code];
  if (neverSent !== undefined) {
    const text = `${neverSent} (${code})`;
    return { text, remedy: CHECK_NETWORK, maybeDone: false, final: false };
  }
  if (CERTIFICATE_CODES.test(code)) return certificateFailure(code);
  const text = `the connection broke off before an answer came (${code})`;
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

/** Of a host with several addresses the error is a list, with the code of its first. */
function errorCode(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
