import { maskSecrets } from "../secrecy/maskSecrets";
import { isObject } from "../validation/isObject";
import type { ExaminedStack } from "./subject";

/** What the engine answered, or why nothing came. */
export type EngineAnswer =
  | { status: number; text: string; json: unknown; failure?: undefined }
  | { failure: string };

/** The first error of a GraphQL answer, or the error of another endpoint. */
export interface Refusal {
  code: string;
  message: string;
}

export const NO_ANSWER_REMEDY =
  "see whether the engine runs (docker ps, docker logs of its container), then run npm run up";

/** Remedy of whatever could not be looked at because the engine does not answer. */
export const SEE_HEALTH = "see the line about the engine's health";

/** Sends one request to the engine; never throws. */
export async function askEngine(
  stack: ExaminedStack,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: unknown,
): Promise<EngineAnswer> {
  try {
    const response = await fetch(engineUrl(stack.subject.endpoint, path), {
      method: body === undefined ? "GET" : "POST",
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: "manual",
      signal: AbortSignal.timeout(stack.timeoutMs),
    });
    const text = await response.text();
    return { status: response.status, text, json: parse(text) };
  } catch (error) {
    return { failure: failureText(error, stack.timeoutMs) };
  }
}

/** Sends a GraphQL query with headers of the caller's. */
export function askGraphql(
  stack: ExaminedStack,
  query: string,
  headers: Readonly<Record<string, string>>,
): Promise<EngineAnswer> {
  return askEngine(stack, "/v1/graphql", headers, { query });
}

/** The headers that carry a token to where the engine looks for it. */
export function tokenHeaders({ secret }: ExaminedStack, token: string): Record<string, string> {
  const { type, name } = secret.header;
  if (/^cookie$/i.test(type)) return { cookie: `${name}=${token}` };
  if (/^customheader$/i.test(type) && name !== undefined) return { [name]: token };
  return { authorization: `Bearer ${token}` };
}

/** What a refusal says, on one line, without secrets and claims; undefined where data came. */
export function refusalOf(answer: EngineAnswer, stack: ExaminedStack): Refusal | undefined {
  if (answer.failure !== undefined) return { code: "no-answer", message: answer.failure };
  const { json, status } = answer;
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
  return { code: "none", message: `an answer with status ${status} that is no GraphQL` };
}

const LONGEST = 160;

/** The engine echoes claims in some texts, so that these are cut before the echo. */
function shown(message: unknown, { secrets }: ExaminedStack): string {
  const masked = maskSecrets(String(message), secrets).replace(/eyJ[\w-]{8}[\w.-]*/g, "***");
  const line = masked.replace(/[\s\p{Cc}]+/gu, " ").replace(/but found: .*$/, "but found: …");
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
}

/** Where a path of the engine is, beside its GraphQL endpoint. */
function engineUrl(endpoint: string, path: string): string {
  return `${endpoint.replace(/\/v1\/graphql\/?$/, "")}${path}`;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a request failed, in words; fetch names the network's error as the cause of its own. */
export function failureText(error: unknown, timeoutMs: number): string {
  const { name, cause } = error instanceof Error ? error : { name: "", cause: undefined };
  if (name === "TimeoutError" || name === "AbortError")
    return `no answer within ${timeoutMs / 1000} s`;
  return describeCode(codeOf(cause) ?? codeOf(error) ?? "");
}

function codeOf(error: unknown): string | undefined {
  if (!isObject(error) && !(error instanceof Error)) return undefined;
  const { code } = error as { code?: unknown };
  return code === undefined ? undefined : String(code);
}

/** A network error's code in words. */
export function describeCode(code: string): string {
  if (/^(?:ENOTFOUND|EAI_AGAIN)$/.test(code)) return "its host name is not known";
  if (code === "PROXY_UNKNOWN") return "the host name of the engine's proxy is not known";
  if (code === "PROXY_REFUSED") return "the engine's proxy refuses the address";
  if (code === "ECONNREFUSED") return "the connection was refused";
  if (/^(?:EHOSTUNREACH|ENETUNREACH)$/.test(code)) return "there is no way to its network";
  if (/^(?:ETIMEDOUT|UND_ERR_\w*TIMEOUT)$/.test(code)) return "no answer came in time";
  if (/CERT|SELF_SIGNED|ISSUER|UNABLE_TO_VERIFY|TLS/.test(code))
    return "its certificate is not trusted";
  if (/^(?:ECONNRESET|UND_ERR_SOCKET|EPIPE)$/.test(code)) return "the connection was cut";
  return `the request failed${/^\w+$/.test(code) ? ` (${code})` : ""}`;
}
