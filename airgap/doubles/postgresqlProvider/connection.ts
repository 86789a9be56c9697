import { Client, DatabaseError, type QueryResultRow } from "pg";
import type { ProviderConfig } from "./providerConfig";

/** Runs statements on one database of the server. */
export interface Session {
  rows<Row extends QueryResultRow>(sql: string, values?: unknown[]): Promise<Row[]>;
}

function reasonOf(error: unknown): string {
  // Node reports a refused connection to several addresses as one error without a text of its own.
  if (error instanceof AggregateError) return error.errors.map(reasonOf).join("; ");
  return error instanceof Error ? error.message : String(error);
}

/** Worded as Go does, so that a reader of the published plugin's errors knows it. */
function dialFailure({ host, port }: ProviderConfig, error: unknown): string {
  const reason = reasonOf(error);
  if (/ECONNREFUSED/.test(reason)) return `dial tcp ${host}:${port}: connect: connection refused`;
  if (/ENOTFOUND|EAI_AGAIN/.test(reason)) return `dial tcp: lookup ${host}: no such host`;
  if (/timeout/.test(reason)) return `dial tcp ${host}:${port}: i/o timeout`;
  return error instanceof DatabaseError ? `pq: ${reason}` : reason;
}

async function connected(config: ProviderConfig, database: string): Promise<Client> {
  const client = new Client({
    host: config.host,
    port: config.port,
    user: config.username,
    password: config.password,
    database,
    ssl: config.tls,
    connectionTimeoutMillis: config.connectTimeout * 1000,
    application_name: "clerk-hasura postgresql double",
  });
  // A server that goes away between statements makes the next statement fail; that error is enough.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    throw new Error(
      `error connecting to PostgreSQL server ${config.host} (scheme: postgres): ${dialFailure(config, error)}`,
    );
  }
}

/** Puts what was being done in front of an error's text. */
export async function whileDoing<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(`${what}: ${reasonOf(error)}`);
  }
}

/** Opens connections to a server, one per operation and only when an operation asks. */
export class PostgresServer {
  readonly config: ProviderConfig;

  constructor(config: ProviderConfig) {
    this.config = config;
  }

  /** Runs work on its own connection, without a transaction. */
  async session<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
    const client = await connected(this.config, database || this.config.database);
    try {
      return await work({
        async rows<Row extends QueryResultRow>(sql: string, values: unknown[] = []) {
          return (await whileDoing("pq", client.query<Row>(sql, values))).rows;
        },
      });
    } finally {
      await client.end();
    }
  }

  /** Runs work in one transaction that is undone when the work throws. */
  transaction<T>(database: string, work: (session: Session) => Promise<T>): Promise<T> {
    return this.session(database, async (session) => {
      await session.rows("BEGIN");
      try {
        const result = await work(session);
        await session.rows("COMMIT");
        return result;
      } catch (error) {
        await session.rows("ROLLBACK").catch(() => undefined);
        throw error;
      }
    });
  }
}

/**
 * Holds a lock on a role until the transaction ends, as the published plugin does, so that two
 * operations on one role wait for each other. Does nothing for a missing role and for `public`.
 */
export async function lockRole(session: Session, role: string): Promise<void> {
  await session.rows(
    "SELECT pg_advisory_xact_lock(oid::bigint) FROM pg_catalog.pg_roles WHERE rolname = $1",
    [role],
  );
}
