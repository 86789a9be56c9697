import { UserError } from "../setup/userError.mjs";

const TIMEOUT_MS = 15_000;
const ATTEMPTS = 4;
const MAX_BYTES = 8 * 1024 * 1024;

/**
 * @typedef {object} Api
 * @property {string} what Name for error texts, such as "GitHub".
 * @property {string} url Base address, without a slash at its end.
 * @property {Record<string, string>} headers The credential among them; never part of an error text.
 * @property {number} [baseWaitMs] First wait before a repetition; 1000 by default.
 */

/**
 * @typedef {object} Call
 * @property {"GET" | "POST" | "PATCH" | "PUT"} method
 * @property {string} path From the base address on, with a slash at its start.
 * @property {unknown} [body] Sent as JSON.
 */

/** @param {number} ms */
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @type {Record<number, string>} */
const REMEDIES = {
  401: "the token is not accepted; give the job its token",
  403: "the token may not do this; give the job the permission that the workflow names",
  404: "it is not there, or the token may not see it; look at the number and at the job's permissions",
  422: "the text is not accepted; look at its length",
};

/**
 * @param {URL} base
 * @param {string} what
 */
function demandSafe(base, what) {
  const loopback = ["127.0.0.1", "localhost", "[::1]"].includes(base.hostname);
  if (base.protocol === "https:" || (base.protocol === "http:" && loopback)) return;
  throw new UserError(
    `the address of ${what} begins with ${base.protocol}//; allowed: https; correct the variable that names it`,
  );
}

/**
 * @param {Response} response
 * @param {string} what
 * @returns {Promise<unknown>}
 */
async function jsonOf(response, what) {
  /** @type {Uint8Array[]} */
  const chunks = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_BYTES)
      throw new UserError(`${what} answered with more than ${MAX_BYTES} bytes; try again later`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    throw new UserError(`${what} answered with something that is not JSON; try again later`);
  }
}

/**
 * Whether a repetition cannot do a thing twice.
 * @param {Call} call
 * @param {Response} response
 */
function mayRepeat({ method }, response) {
  const limited = response.status === 429 || response.headers.has("retry-after");
  return limited || (response.status >= 500 && method !== "POST");
}

/**
 * Milliseconds that the answer asks to wait, 30 s at most.
 * @param {Response} response
 * @param {number} otherwise
 */
function waitOf(response, otherwise) {
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  return Number.isFinite(seconds) ? Math.min(seconds, 30) * 1000 : otherwise;
}

/**
 * @param {Api} api
 * @param {Call} call
 * @returns {RequestInit}
 */
function requestOf({ headers }, { method, body }) {
  /** @type {RequestInit} */
  const init = { method, headers, redirect: "error", signal: AbortSignal.timeout(TIMEOUT_MS) };
  if (body === undefined) return init;
  const typed = { ...headers, "content-type": "application/json" };
  return { ...init, headers: typed, body: JSON.stringify(body) };
}

/**
 * One try; an answer that a repetition cannot mend is an error at once.
 * @param {Api} api
 * @param {Call} call
 * @param {URL} address
 * @returns {Promise<{ json: unknown } | { failure: string, response?: Response }>}
 */
async function tryOnce(api, call, address) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(address, requestOf(api, call));
    if (response.ok) return { json: await jsonOf(response, api.what) };
    await response.body?.cancel();
  } catch (error) {
    if (error instanceof UserError) throw error;
    return { failure: "no answer" };
  }
  const failure = `status ${response.status}`;
  if (mayRepeat(call, response)) return { failure, response };
  const remedy = REMEDIES[response.status] ?? "look at the run's log and try again";
  throw new UserError(
    `${api.what} refused ${call.method} ${address.pathname} with ${failure}: ${remedy}`,
  );
}

/**
 * Calls an API over HTTP, with a limit on time, size and repetitions.
 * @param {Api} api
 * @param {Call} call
 * @returns {Promise<unknown>} The answer's JSON.
 * @throws {UserError} One line without the credential.
 */
export async function callApi(api, call) {
  const { what, url, baseWaitMs = 1000 } = api;
  const address = new URL(`${url}${call.path}`);
  demandSafe(address, what);
  let last = "";
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const outcome = await tryOnce(api, call, address);
    if ("json" in outcome) return outcome.json;
    last = outcome.failure;
    // Without an answer it may have arrived: a second one would be a second comment.
    if (outcome.response === undefined && call.method === "POST") break;
    const pause = baseWaitMs * 2 ** (attempt - 1);
    if (attempt < ATTEMPTS) await wait(outcome.response ? waitOf(outcome.response, pause) : pause);
  }
  throw new UserError(
    `${what} could not be reached for ${call.method} ${address.pathname}: ${last}; run the job again`,
  );
}
