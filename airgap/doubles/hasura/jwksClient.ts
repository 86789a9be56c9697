import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { type CacheHeaders, jwkExpiry } from "./cacheHeaders";
import type { JsonObject } from "./json";
import { parseJwkSet } from "./jwkSet";
import type { VerificationKey } from "./verificationKey";

const FETCH_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 10;

type Answer = { status: number; body: string; location?: string; headers: CacheHeaders };
export type FetchedKeys = { keys: VerificationKey[]; headers: CacheHeaders };
export type JwksLog = (level: "info" | "critical", detail: JsonObject) => void;

/** The engine names its own interval, whatever that of the double is. */
const NO_EXPIRY =
  "Either the expiry is not present or cannot be parsed (retrying again after Seconds {seconds = 60s} seconds)";

/** Why a key set was not taken: the engine's line, and what its log holds of it. */
class JwksFault extends Error {
  readonly detail: JsonObject;

  constructor(message: string, detail: JsonObject) {
    super(message);
    this.detail = detail;
  }
}

/** Fetches and parses a key set once, and logs that; throws an Error with the engine's words. */
export async function fetchJwks(
  url: string,
  ca: string[],
  log: JwksLog,
  timeoutMs = FETCH_TIMEOUT_MS,
): Promise<FetchedKeys> {
  log("info", { error: null, message: `Refreshing JWK from endpoint: ${url}` });
  try {
    return await fetchOnce(url, ca, timeoutMs);
  } catch (error) {
    if (error instanceof JwksFault) log("critical", { error: error.detail, message: null });
    throw error;
  }
}

async function fetchOnce(url: string, ca: string[], timeoutMs: number): Promise<FetchedKeys> {
  let answer: Answer;
  try {
    answer = await follow(url, ca, timeoutMs);
  } catch (error) {
    const message = error instanceof Error ? error.message : "unknown";
    const detail = { http_exception: { type: "http_exception", message } };
    throw new JwksFault(`Error fetching JWK: ${message}`, detail);
  }
  const { status, body, headers } = answer;
  if (status < 200 || status > 299) {
    const detail = { response: body, status_code: status, url };
    throw new JwksFault(`Non-2xx response on fetching JWK from: ${url}`, detail);
  }
  const keys = parseJwkSet(body);
  if (keys !== undefined) return { keys, headers };
  const message = `Error parsing JWK from url: ${url}`;
  throw new JwksFault(message, { error: "no key set", message });
}

async function follow(start: string, ca: string[], timeoutMs: number): Promise<Answer> {
  let url = new URL(start);
  for (let hop = 0; ; hop++) {
    const answer = await get(url, ca, timeoutMs);
    const redirected = [301, 302, 303, 307, 308].includes(answer.status);
    if (!redirected || answer.location === undefined || hop === MAX_REDIRECTS) return answer;
    url = new URL(answer.location, url);
  }
}

function get(url: URL, ca: string[], timeoutMs: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => resolve(toAnswer(response, Buffer.concat(chunks).toString())));
    };
    const request =
      url.protocol === "https:"
        ? httpsRequest(url, { ca, agent: false }, receive)
        : httpRequest(url, { agent: false }, receive);
    request.setTimeout(timeoutMs, () => request.destroy(new Error("ResponseTimeout")));
    request.on("error", reject);
    request.end();
  });
}

function toAnswer(response: IncomingMessage, body: string): Answer {
  const { location, expires } = response.headers;
  // Of several lines the engine looks the first up; Node's own answer would be all of them joined.
  const cacheControl = response.headersDistinct["cache-control"]?.[0];
  return {
    status: response.statusCode ?? 0,
    body,
    ...(location === undefined ? {} : { location }),
    headers: {
      ...(cacheControl === undefined ? {} : { cacheControl }),
      ...(expires === undefined ? {} : { expires }),
    },
  };
}

/** The clock by which a key set's expiry is checked. */
export type JwksClock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Lasts until the next look. */
  untilNextLook(): Promise<void>;
};

/** The key set while the engine runs: looked at at once and then whenever the clock says so, fetched as its headers say. */
export class JwksCache {
  keys: VerificationKey[] = [];
  private expiry: number | undefined;
  private stopped = false;

  private readonly url: string;
  private readonly ca: string[];
  private readonly clock: JwksClock;
  private readonly log: JwksLog;

  constructor(url: string, ca: string[], clock: JwksClock, log: JwksLog) {
    this.url = url;
    this.ca = ca;
    this.clock = clock;
    this.log = log;
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      if (this.isDue()) await this.refresh();
      await this.clock.untilNextLook();
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private isDue(): boolean {
    if (this.keys.length === 0) return true;
    return this.expiry !== undefined && this.clock.now() >= this.expiry;
  }

  /** A failed fetch is logged and tried again at the next look; an answer without an expiry leaves the one before. */
  private async refresh(): Promise<void> {
    const fetched = await fetchJwks(this.url, this.ca, this.log).catch((error: unknown) => {
      if (!(error instanceof JwksFault)) throw error;
    });
    if (fetched === undefined) return;
    this.keys = fetched.keys;
    const expiry = jwkExpiry(fetched.headers, this.clock.now());
    this.expiry = expiry ?? this.expiry;
    if (expiry === undefined) this.log("info", { error: null, message: NO_EXPIRY });
  }
}
