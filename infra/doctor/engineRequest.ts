import { exchange } from "../http/exchange";
import { errorCode, isCertificateCode, NEVER_SENT } from "../http/remoteError";
import { parseJson } from "../http/sendRequest";
import { maskSecrets } from "../secrecy/maskSecrets";
import { isObject } from "../validation/isObject";
import type { ExaminedStack } from "./subject";

/** What the engine returned, or why nothing came. */
export type EngineResponse =
  | { status: number; text: string; json: unknown; failure?: undefined }
  | { failure: string };

/** The first error of a GraphQL response, or the error of another endpoint. */
export interface Refusal {
  code: string;
  message: string;
}

export const NO_ANSWER_REMEDY =
  "see whether the engine runs (docker ps, docker logs of its container), then run npm run up";

/** Remedy of whatever could not be looked at because the engine does not respond. */
export const SEE_HEALTH = "see the line about the engine's health";

/** The metadata of the largest schemas takes a few. */
const MAX_BYTES = 32 * 1024 * 1024;

/** Sends one request to the engine, once; never throws. */
export async function askEngine(
  { subject, timeoutMs }: ExaminedStack,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<EngineResponse> {
  const url = engineUrl(subject.endpoint, path);
  const method = body === undefined ? "GET" : "POST";
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await exchange({ method, url, headers, body }, MAX_BYTES, signal);
    const { status, text } = response;
    if (text === undefined) return { failure: `the response is larger than ${MAX_BYTES} bytes` };
    return { status, text, json: parseJson(text) };
  } catch (error) {
    return { failure: failureText(error, signal, timeoutMs) };
  }
}

/** Sends a GraphQL query with headers of the caller's. */
export function askGraphql(
  stack: ExaminedStack,
  query: string,
  headers: Readonly<Record<string, string>>,
): Promise<EngineResponse> {
  return askEngine(stack, "/v1/graphql", headers, { query });
}

/** The header of a request as the administrator. */
export function adminHeaders({ subject }: ExaminedStack): Record<string, string> {
  return { "x-hasura-admin-secret": subject.adminSecret };
}

/** The headers that carry a token to where the engine looks for it. */
export function tokenHeaders({ secret }: ExaminedStack, token: string): Record<string, string> {
  const { type, name } = secret.header;
  if (/^cookie$/i.test(type)) return { cookie: `${name}=${token}` };
  if (/^customheader$/i.test(type) && name !== undefined) return { [name]: token };
  return { authorization: `Bearer ${token}` };
}

/** What a refusal says, on one line, without secrets and claims; undefined where data came. */
export function refusalOf(response: EngineResponse, stack: ExaminedStack): Refusal | undefined {
  if (response.failure !== undefined) return { code: "no-response", message: response.failure };
  const { json, status } = response;
  const body: Record<string, unknown> = isObject(json) ? json : {};
  const first: unknown = Array.isArray(body.errors) ? body.errors[0] : undefined;
  if (isObject(first)) {
    const extensions = isObject(first.extensions) ? first.extensions : {};
    return { code: String(extensions.code ?? "none"), message: shown(first.message, stack) };
  }
  if (typeof body.error === "string") {
    return { code: String(body.code ?? "none"), message: shown(body.error, stack) };
  }
  if (status === 200 && body.data !== undefined) return undefined;
  return { code: "none", message: `a response with status ${status} that is not GraphQL` };
}

const LONGEST = 160;

/** The engine echoes claims in some texts, so that these are cut before the echo. */
function shown(message: unknown, { secrets }: ExaminedStack): string {
  const line = maskSecrets(String(message), secrets)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .replace(/but found: .*$/, "but found: …");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Where a path of the engine is, beside its GraphQL endpoint. */
function engineUrl(endpoint: string, path: string): string {
  return `${endpoint.replace(/\/v1\/graphql\/?$/, "")}${path}`;
}

/** Why a request failed, in words. */
export function failureText(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `no response within ${timeoutMs / 1000} s`;
  return describeCode(errorCode(error));
}

/** A network error's code in words; also of the codes that the script in the engine's container writes. */
export function describeCode(code: string): string {
  if (code === "PROXY_UNKNOWN") return "the host name of the engine's proxy could not be resolved";
  if (code === "PROXY_REFUSED") return "the engine's proxy refuses the URL";
  if (code === "ETIMEDOUT") return "no response came in time";
  if (isCertificateCode(code)) return "its certificate is not trusted";
  if (/^(?:ECONNRESET|EPIPE)$/.test(code)) return "the connection was cut";
  return NEVER_SENT[code] ?? `the request failed${/^[A-Z\d_]+$/.test(code) ? ` (${code})` : ""}`;
}
