import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request as plainRequest } from "node:http";
import { request as tlsRequest } from "node:https";
import { rootCertificates } from "node:tls";

/** What is sent. */
export interface HttpRequest {
  method: string;
  url: string;
  headers?: Readonly<Record<string, string>>;
  /** Sent as JSON. Default: no body. */
  body?: unknown;
  /** PEM certificates of authorities that are trusted beside Node's own. Default: none. */
  caCertificates?: readonly string[];
}

/** A response of any status. */
export interface RawResponse {
  status: number;
  headers: Headers;
  /** The values of each line of a header by its lower-case name, which `headers` joins. */
  lines: Readonly<NodeJS.Dict<string[]>>;
  /** Undefined when the body is larger than allowed. */
  text: string | undefined;
}

/** A request whose URL or headers cannot be sent at all. */
export class UnsendableError extends Error {}

/** A response whose body broke off. */
export class CutResponseError extends Error {
  readonly status: number;

  constructor(status: number, cause: unknown) {
    super("the response is cut off", { cause });
    this.status = status;
  }
}

/**
 * Sends one request over its own connection and returns the response, whatever its status; follows no redirect. Not by
 * fetch, which takes a chunked body for complete when its connection breaks off.
 *
 * @throws UnsendableError, CutResponseError or an error with Node's code, such as ECONNREFUSED.
 */
export async function exchange(
  request: HttpRequest,
  maxBytes: number,
  signal: AbortSignal,
): Promise<RawResponse> {
  const sent = started(request, signal);
  // Some failures are reported twice, by the request and by its response; the second must not end the process.
  sent.on("error", () => undefined);
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const status = response.statusCode ?? 0;
  try {
    const head = { status, headers: headersOf(response), lines: response.headersDistinct };
    return { ...head, text: await readText(response, maxBytes) };
  } catch (error) {
    throw new CutResponseError(status, error);
  }
}

function started(request: HttpRequest, signal: AbortSignal): ClientRequest {
  const body = request.body === undefined ? undefined : JSON.stringify(request.body);
  const headers: Record<string, string | number> = {
    accept: "application/json, */*;q=0.8",
    "user-agent": "clerk-hasura",
    // A reused connection may be closed already, and a POST lost on it could not be repeated.
    connection: "close",
  };
  if (body !== undefined) {
    headers["content-type"] = "application/json";
    headers["content-length"] = Buffer.byteLength(body);
  }
  for (const [name, value] of Object.entries(request.headers ?? {})) {
    headers[name.toLowerCase()] = value;
  }
  try {
    const url = new URL(request.url);
    const options = { method: request.method, headers, signal };
    if (url.protocol === "http:") return plainRequest(url, options).end(body);
    return tlsRequest(url, { ...options, ...trustOf(request) }).end(body);
  } catch {
    throw new UnsendableError();
  }
}

/** Sets no list unless one is given, because a list makes Node ignore NODE_EXTRA_CA_CERTS. */
function trustOf({ caCertificates = [] }: HttpRequest): { ca?: string[] } {
  return caCertificates.length === 0 ? {} : { ca: [...rootCertificates, ...caCertificates] };
}

/** Counts the bytes as they come, so that nothing larger than allowed is ever held. */
async function readText(response: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(response: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values] of Object.entries(response.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  return headers;
}
