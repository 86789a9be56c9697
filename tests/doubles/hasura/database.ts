import { Pool, type PoolClient } from "pg";
import { EngineError, StartupError } from "./engineError";
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
  });
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

/**
 * pg reads `sslmode` its own way; the engine's libpq meaning is asked for explicitly.
 * @throws StartupError in libpq's words where a mode that verifies has no file of authorities: libpq knows no system store.
 */
function libpqUrl(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return text;
  }
  const mode = url.searchParams.get("sslmode");
  if (mode === null) return text;
  if (mode === "prefer" || mode === "allow") url.searchParams.delete("sslmode");
  else url.searchParams.set("uselibpqcompat", "true");
  if (mode.startsWith("verify-") && !url.searchParams.has("sslrootcert")) {
    throw new StartupError('connection error: root certificate file "root.crt" does not exist');
  }
  return url.toString();
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

type PostgresFailure = Error & { code?: string; detail?: string; hint?: string; severity?: string };

const VIOLATIONS: Record<string, string> = {
  "23502": "Not-NULL violation. ",
  "23503": "Foreign key violation. ",
  "23505": "Uniqueness violation. ",
  "23P01": "Exclusion violation. ",
};

function details(error: PostgresFailure): JsonObject {
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

/** The engine's error for a failed statement, by SQLSTATE. */
export function databaseError(error: unknown, path: string): Error {
  if (!(error instanceof Error) || error instanceof EngineError) {
    return error instanceof Error ? error : new Error("unexpected");
  }
  const failure: PostgresFailure = error;
  const { code, message } = failure;
  const internal = details(failure);
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) {
    return new EngineError("postgres-error", "connection error", 500, path, internal);
  }
  const violation = VIOLATIONS[code];
  if (violation !== undefined) {
    return new EngineError("constraint-violation", violation + message, 400, path, internal);
  }
  if (code === "23514") {
    const text = `Check constraint violation. ${message}`;
    return new EngineError("permission-error", text, 400, path, internal);
  }
  if (code.startsWith("22")) return new EngineError("data-exception", message, 400, path, internal);
  return new EngineError("postgres-error", "database query error", 500, path, internal);
}

export function quote(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
