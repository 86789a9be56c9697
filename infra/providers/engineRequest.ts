import { shellQuoted } from "../docker/shellQuoted";
import { RemoteError, remoteError } from "../http/remoteError";
import { type RemoteRequest, sendRequest } from "../http/sendRequest";
import { isObject } from "../validation/isObject";
import { ENGINE, type SchemaContainer } from "./schemaContainer";

/** Who asks the engine, and where. */
export interface EngineAccess {
  adminSecret: string;
  /** Base URL of an engine that is asked from this machine. Default: the stack's own, which is asked from the job's container. */
  endpoint?: string | null | undefined;
}

/** A response of the engine. */
export interface EngineResponse {
  status: number;
  /** Undefined where it is no JSON. */
  body: unknown;
}

/** How an engine is asked. */
export interface EngineRequests {
  /** Returns a refusal as a response, too. */
  post(path: string, body: unknown): Promise<EngineResponse>;
  isHealthy(): Promise<boolean>;
}

const REQUEST_MS = 60_000;
/** Metadata is exported whole. */
const MAX_BYTES = 16 * 1024 * 1024;

/** The requests to the engine of this access. */
export function engineRequests(
  { adminSecret, endpoint }: EngineAccess,
  container: SchemaContainer,
): EngineRequests {
  return endpoint
    ? requestsFromHere(endpoint, adminSecret)
    : requestsInside(container, adminSecret);
}

function requestsFromHere(endpoint: string, adminSecret: string): EngineRequests {
  const what = "The engine";
  const options = { what, timeoutMs: REQUEST_MS, maxBytes: MAX_BYTES, secrets: [adminSecret] };
  return {
    async post(path, body) {
      const { status, json } = await sendRequest({
        ...options,
        method: "POST",
        url: `${endpoint}${path}`,
        headers: { "x-hasura-admin-secret": adminSecret },
        body,
        explain: (it) => engineWords({ status: it.status, body: it.json }),
      });
      return { status, body: json };
    },
    async isHealthy() {
      const url = `${endpoint}/healthz`;
      const status = await statusOf({ ...options, method: "GET", url });
      if (status === 200 || status >= 500) return status === 200;
      throw remoteError(
        `${what}: GET ${url} returned status ${status} instead of 200; check that schema.endpoint is the URL of a Hasura project`,
      );
    },
  };
}

/** A project that restarts has a status of 5xx, which is no failure. */
async function statusOf(request: RemoteRequest): Promise<number> {
  try {
    return (await sendRequest(request)).status;
  } catch (error) {
    if (error instanceof RemoteError && error.status !== undefined && error.status >= 500)
      return error.status;
    throw error;
  }
}

function requestsInside(container: SchemaContainer, adminSecret: string): EngineRequests {
  const secret = `secret=${shellQuoted(adminSecret)}\n`;
  const request = async (head: string, body: string) => {
    const { text } = await container.run(secret + requestScript(head, body), REQUEST_MS);
    return responseOf(text);
  };
  return {
    post: (path, body) => request(`POST ${path}`, JSON.stringify(body)),
    isHealthy: async () => (await request("GET /healthz", "")).status === 200,
  };
}

/** Bash reads its script byte by byte, so that what follows a line that takes N bytes is that line's input. */
function requestScript(head: string, body: string): string {
  const bytes = Buffer.byteLength(body);
  const lines = [
    `${head} HTTP/1.0`,
    `Host: ${ENGINE.host}:${ENGINE.port}`,
    "Content-Type: application/json",
    "X-Hasura-Admin-Secret: %s",
    `Content-Length: ${bytes}`,
  ];
  return `exec 3<>/dev/tcp/${ENGINE.host}/${ENGINE.port} || exit 0
{ printf '${lines.join("\\r\\n")}\\r\\n\\r\\n' "$secret"; head -c ${bytes}; } >&3
${body}
timeout ${REQUEST_MS / 1000} cat <&3`;
}

function responseOf(text: string): EngineResponse {
  const [, status = "0"] = /^HTTP\/1\.\d (\d+)/.exec(text) ?? [];
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  try {
    return { status: Number(status), body: JSON.parse(body) };
  } catch {
    return { status: Number(status), body: undefined };
  }
}

/** Why the engine refused something, in its own words and Postgres'. */
export function engineWords({ status, body }: EngineResponse): string {
  if (status === 0)
    return "it did not respond; check that its container runs, then run the update again";
  if (!isObject(body)) return `status ${status}`;
  const words = [body.error, ...postgresWords(body.internal)].filter((it) => it !== undefined);
  return words.join(", ");
}

function postgresWords(internal: unknown): unknown[] {
  if (!isObject(internal)) return [];
  return isObject(internal.error) ? [internal.error.message] : [];
}
