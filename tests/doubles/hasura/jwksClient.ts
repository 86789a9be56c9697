import { request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest } from "node:https";
import { type CacheHeaders, jwkExpiry } from "./cacheHeaders";
import { parseJwkSet } from "./jwkSet";
import type { VerificationKey } from "./verificationKey";

const FETCH_TIMEOUT_MS = 30_000;
const MAX_REDIRECTS = 10;

type Answer = { status: number; body: string; location?: string; headers: CacheHeaders };
export type FetchedKeys = { keys: VerificationKey[]; headers: CacheHeaders };

/** Fetches and parses a key set; throws an Error with the engine's words. */
export async function fetchJwks(url: string, ca: string[]): Promise<FetchedKeys> {
  let answer: Answer;
  try {
    answer = await follow(url, ca);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "unknown";
    throw new Error(`Error fetching JWK: ${reason}`);
  }
  if (answer.status < 200 || answer.status > 299) {
    throw new Error(`Non-2xx response on fetching JWK from: ${url}`);
  }
  const keys = parseJwkSet(answer.body);
  if (keys === undefined) throw new Error(`Error parsing JWK from url: ${url}`);
  return { keys, headers: answer.headers };
}

async function follow(start: string, ca: string[]): Promise<Answer> {
  let url = new URL(start);
  for (let hop = 0; ; hop++) {
    const answer = await get(url, ca);
    const redirected = [301, 302, 303, 307, 308].includes(answer.status);
    if (!redirected || answer.location === undefined || hop === MAX_REDIRECTS) return answer;
    url = new URL(answer.location, url);
  }
}

function get(url: URL, ca: string[]): Promise<Answer> {
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
    request.setTimeout(FETCH_TIMEOUT_MS, () => request.destroy(new Error("ResponseTimeout")));
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

/** The key set while the engine runs: looked at every second, fetched as its headers say. */
export class JwksCache {
  keys: VerificationKey[] = [];
  private expiry: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly ca: string[],
    private readonly log: (message: string, failed: boolean) => void,
  ) {}

  start(): void {
    void this.wake();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private async wake(): Promise<void> {
    if (this.isDue()) await this.refresh();
    if (!this.stopped) this.timer = setTimeout(() => void this.wake(), 1000);
  }

  private isDue(): boolean {
    if (this.keys.length === 0) return true;
    return this.expiry !== undefined && Date.now() >= this.expiry;
  }

  private async refresh(): Promise<void> {
    try {
      const fetched = await fetchJwks(this.url, this.ca);
      this.keys = fetched.keys;
      this.expiry = jwkExpiry(fetched.headers, Date.now()) ?? this.expiry;
      this.log(`JWK fetched from ${this.url}`, false);
    } catch (error) {
      this.log(error instanceof Error ? error.message : "JWK refresh failed", true);
    }
  }
}
