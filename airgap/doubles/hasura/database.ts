import { Pool, type PoolClient } from "pg";
import { EngineError } from "./engineError";
import type { JsonObject } from "./json";

export type Queryable = Pick<PoolClient, "query">;

const CONNECT_TIMEOUT_MS = 10_000;

/** A pool that survives the loss of its server: broken idle connections are dropped and remade. */
export function openPool(url: string, maximum: number): Pool {
  const pool = new Pool({
    connectionString: libpqUrl(url),
    max: maximum,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: 180_000,
    keepAlive: true,
    ...(lacksAuthorities(url) ? { ssl: { ca: [] } } : {}),
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/** pg reads `sslmode` its own way; the engine's libpq meaning is asked for explicitly. */
function libpqUrl(text: string): string {
  const url = parseUrl(text);
  const mode = url?.searchParams.get("sslmode") ?? null;
  if (url === undefined || mode === null) return text;
  const elsewhere = mode === "prefer" || mode === "allow" || lacksAuthorities(text);
  if (elsewhere) url.searchParams.delete("sslmode");
  else url.searchParams.set("uselibpqcompat", "true");
  return url.toString();
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** A mode that verifies without a file of authorities: libpq knows no system store. */
function lacksAuthorities(text: string): boolean {
  const parameters = parseUrl(text)?.searchParams;
  const verifies = parameters?.get("sslmode")?.startsWith("verify-") === true;
  return verifies && parameters?.has("sslrootcert") === false;
}

/** A failed connection in libpq's words; they never hold the password. */
export function connectionFailure(error: unknown, text: string): string {
  const { hostname, port } = parseUrl(text) ?? { hostname: "", port: "" };
  const failure: Error & { code?: string; severity?: string } =
    error instanceof Error ? error : new Error("unknown");
  if (failure.code === "ENOTFOUND") {
    return `could not translate host name "${hostname}" to address: Name or service not known\n`;
  }
  const server = `connection to server at "${hostname}", port ${port || "5432"} failed`;
  if (/CERT|ISSUER|SIGNATURE/.test(failure.code ?? "")) {
    const reason = "SSL error: certificate verify failed";
    return `${server}: ${lacksAuthorities(text) ? "root certificate error" : reason}\n`;
  }
  return `${server}: ${connectionReason(failure)}\n`;
}

function connectionReason(failure: Error & { code?: string; severity?: string }): string {
  if (failure.code === "ECONNREFUSED") {
    const question = "Is the server running on that host and accepting TCP/IP connections?";
    return `Connection refused\n\t${question}`;
  }
  if (failure.severity !== undefined) return `${failure.severity}:  ${failure.message}`;
  if (failure.message.includes("does not support SSL")) {
    return "server does not support SSL, but SSL was required";
  }
  if (/terminated|ECONNRESET/.test(failure.message)) {
    const cause = "This probably means the server terminated abnormally";
    return `server closed the connection unexpectedly\n\t${cause}\n\tbefore or while processing the request.`;
  }
  return failure.message;
}

export async function inTransaction<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query("begin");
    const result = await work(client);
    await client.query("commit");
    return result;
  } catch (error) {
    await client.query("rollback").catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

export async function onConnection<T>(
  pool: Pool,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } finally {
    client.release(broken);
  }
}

export type PostgresFailure = Error & {
  code?: string;
  detail?: string;
  hint?: string;
  severity?: string;
};

const VIOLATIONS: Record<string, string> = {
  "23502": "Not-NULL violation. ",
  "23503": "Foreign key violation. ",
  "23505": "Uniqueness violation. ",
  "23P01": "Exclusion violation. ",
};

/** What the engine tells of a failed statement besides its text. */
export function failureDetails(error: PostgresFailure): JsonObject {
  return {
    error: {
      exec_status: "FatalError",
      hint: error.hint ?? null,
      message: error.message,
      status_code: error.code ?? null,
      description: error.detail ?? null,
    },
  };
}

/** The engine's error for a failed statement, by SQLSTATE; what it has a text of its own for has no details. */
export function databaseError(error: unknown, path: string): Error {
  if (!(error instanceof Error) || error instanceof EngineError) {
    return error instanceof Error ? error : new Error("unexpected");
  }
  const failure: PostgresFailure = error;
  const { code, message } = failure;
  const internal = failureDetails(failure);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) {
    return new EngineError("postgres-error", "connection error", 500, path, internal);
  }
  const violation = VIOLATIONS[code];
  if (violation !== undefined) {
    return new EngineError("constraint-violation", violation + message, 400, path);
  }
  if (code === "23514") {
    return new EngineError("permission-error", `Check constraint violation. ${message}`, 400, path);
  }
  if (code.startsWith("22")) return new EngineError("data-exception", message, 400, path);
  return new EngineError("postgres-error", "database query error", 500, path, internal);
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
