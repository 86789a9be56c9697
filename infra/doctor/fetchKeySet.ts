import { type JwksHeaders, jwksHeaders } from "../clerk/jwks/jwksRefresh";
import {
  fetchScript,
  headerValue,
  type ProxyUse,
  readScriptResult,
  roleScript,
  type ScriptResult,
} from "../hasura/fetchScript";
import { exchange, type RawResponse } from "../http/exchange";
import { describeCode, failureText } from "./engineRequest";
import { runInside } from "./runInside";
import type { DoctorSubject } from "./subject";

/** From where a key set was fetched. */
export interface FetchPlace {
  /** True for the engine's own container. */
  inside: boolean;
  /** Why not from the container, where that was wanted. */
  reason?: string;
  /** Whether the engine's proxy settings were used; absent where it has none. */
  proxy?: ProxyUse;
}

interface ServedKeySet {
  status: number;
  body: string;
  headers: JwksHeaders;
  /** When it came, in milliseconds since the epoch. */
  at: number;
}

/** A key set as it was served, or why none came. */
export type KeySetResponse = FetchPlace &
  ((ServedKeySet & { failure?: undefined }) | { failure: string });

/** The key set's response, and what the container says of itself on the way. */
export interface FetchedKeySet {
  response?: KeySetResponse;
  /** Role of requests without a token; empty where there is none, undefined where the container was not asked. */
  unauthorizedRole?: string;
}

const DOCKER_SECONDS = 5;

/**
 * Fetches the key set from where Hasura runs, otherwise from this machine. Without a URL it only looks at the container.
 */
export async function fetchKeySet(
  url: string | undefined,
  subject: DoctorSubject,
  timeoutMs: number,
): Promise<FetchedKeySet> {
  const inside = await askContainer(url ?? "", subject, timeoutMs);
  if ("reason" in inside) {
    if (url === undefined) return {};
    return {
      response: { ...(await fetchHere(url, timeoutMs)), inside: false, reason: inside.reason },
    };
  }
  const { unauthorizedRole } = inside;
  const role = unauthorizedRole === undefined ? {} : { unauthorizedRole };
  if (url === undefined) return role;
  if (inside.tool === "none") {
    const reason = "the container has neither curl nor node";
    return { ...role, response: { ...(await fetchHere(url, timeoutMs)), inside: false, reason } };
  }
  const proxy = inside.proxy === undefined ? {} : { proxy: inside.proxy };
  return { ...role, response: { ...fromScript(inside), inside: true, ...proxy } };
}

async function askContainer(
  url: string,
  { container, dockerEnvironment }: DoctorSubject,
  timeoutMs: number,
): Promise<ScriptResult | { reason: string }> {
  if (!container) return { reason: "the engine's container is not known" };
  const seconds = Math.max(1, Math.ceil(timeoutMs / 1000));
  const place = {
    container,
    ...(dockerEnvironment ? { dockerEnvironment } : {}),
    timeoutMs: (seconds + DOCKER_SECONDS) * 1000,
  };
  const response = await runInside(place, url === "" ? roleScript() : fetchScript(url, seconds));
  if ("unavailable" in response) return { reason: response.unavailable };
  return readScriptResult(response.text) ?? { reason: "the container cannot run the request" };
}

type Bare = ServedKeySet | { failure: string };

function fromScript({ status, body, headers, error }: ScriptResult): Bare {
  if (error !== undefined || status === undefined) return { failure: describeCode(error ?? "") };
  return {
    status,
    body: body ?? "",
    headers: jwksHeaders((name) => headerValue(headers ?? "", name)),
    at: Date.now(),
  };
}

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_REDIRECTS = 10;

/** Not by fetch, which joins the lines of a header, whereas the engine looks at the first alone. */
async function fetchHere(url: string, timeoutMs: number): Promise<Bare> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const { status, text, lines } = await follow(url, signal);
    if (text === undefined) return { failure: `its response is larger than ${MAX_BYTES} bytes` };
    const headers = jwksHeaders((name) => lines[name]?.[0]);
    return { status, body: text, headers, at: Date.now() };
  } catch (error) {
    return { failure: failureText(error, signal, timeoutMs) };
  }
}

async function follow(start: string, signal: AbortSignal): Promise<RawResponse> {
  let url = start;
  for (let hop = 0; ; hop++) {
    const response = await exchange({ method: "GET", url }, MAX_BYTES, signal);
    const location = response.lines.location?.[0];
    const moved = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
    if (!moved || hop === MAX_REDIRECTS) return response;
    url = new URL(location, url).href;
  }
}
