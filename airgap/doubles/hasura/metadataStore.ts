import type { Pool, PoolClient } from "pg";
import { inTransaction, quote } from "./database";
import { EngineError, StartupError } from "./engineError";
import type { Json, JsonObject } from "./json";

export type StoredMetadata = { resourceVersion: number; metadata: Json };

const STORE_LOCK = 0x68646263;
const EMPTY = { version: 3, sources: [] };

/** The engine's metadata in schema hdb_catalog of the metadata database. */
export class MetadataStore {
  private readonly pool: Pool;
  private readonly extensionsSchema: string;

  constructor(pool: Pool, extensionsSchema: string) {
    this.pool = pool;
    this.extensionsSchema = extensionsSchema;
  }

  /** Creates what is absent. @throws StartupError with the engine's text about pgcrypto. */
  async prepare(): Promise<void> {
    await inTransaction(this.pool, async (client) => {
      await client.query("select pg_advisory_xact_lock($1)", [STORE_LOCK]);
      const found = await client.query(
        "select to_regnamespace('hdb_catalog') is not null as there",
      );
      if (found.rows[0]?.there !== true) await client.query("create schema hdb_catalog");
      await this.enablePgcrypto(client);
      await createTables(client);
    });
  }

  private async enablePgcrypto(client: PoolClient): Promise<void> {
    try {
      await client.query(
        `create extension if not exists pgcrypto schema ${quote(this.extensionsSchema)}`,
      );
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "42501") {
        throw new StartupError(
          "pgcrypto extension is required, but the current user doesn't have permission to create " +
            "it. Please grant superuser permission, or setup the initial schema via " +
            "https://hasura.io/docs/latest/graphql/core/deployment/postgres-requirements.html",
        );
      }
      if (code !== "58P01" && code !== "0A000") throw error;
      throw new StartupError(
        "pgcrypto extension is required, but could not find the extension in the PostgreSQL " +
          "server. Please make sure this extension is available.",
      );
    }
  }

  async read(): Promise<StoredMetadata> {
    const { rows } = await this.pool.query(
      "select resource_version, metadata from hdb_catalog.hdb_metadata where id = 1",
    );
    return { resourceVersion: rows[0].resource_version, metadata: rows[0].metadata };
  }

  async version(): Promise<number> {
    const { rows } = await this.pool.query(
      "select resource_version from hdb_catalog.hdb_metadata where id = 1",
    );
    return rows[0].resource_version;
  }

  /** Stores and answers the new version. @throws EngineError 409 when `expected` is stale. */
  async write(metadata: Json, expected: number): Promise<number> {
    const { rows } = await this.pool.query(
      `update hdb_catalog.hdb_metadata set metadata = $1, resource_version = resource_version + 1
       where id = 1 and resource_version = $2 returning resource_version`,
      [JSON.stringify(metadata), expected],
    );
    if (rows[0] !== undefined) return rows[0].resource_version;
    throw staleVersion(expected);
  }

  /** What clients of the engine keep in its database; the engine itself reads none of it. */
  async catalogState(): Promise<JsonObject> {
    const { rows } = await this.pool.query(
      "select hasura_uuid as id, cli_state, console_state from hdb_catalog.hdb_version",
    );
    return rows[0];
  }

  /** Stores the state whole and unchecked. */
  async setCatalogState(column: "cli_state" | "console_state", state: Json): Promise<void> {
    const sql = `update hdb_catalog.hdb_version set ${column} = $1`;
    await this.pool.query(sql, [JSON.stringify(state)]);
  }

  async isReachable(): Promise<boolean> {
    try {
      await this.version();
      return true;
    } catch {
      return false;
    }
  }
}

export function staleVersion(expected: number): EngineError {
  return new EngineError(
    "conflict",
    `metadata resource version referenced (${expected}) did not match current version`,
    409,
  );
}

async function createTables(client: PoolClient): Promise<void> {
  await client.query(`
    create table if not exists hdb_catalog.hdb_version (
      hasura_uuid uuid primary key default gen_random_uuid(),
      version text not null, upgraded_on timestamptz not null,
      cli_state jsonb not null default '{}', console_state jsonb not null default '{}');
    create table if not exists hdb_catalog.hdb_metadata (
      id integer primary key, metadata json not null,
      resource_version integer not null default 1 unique);
    insert into hdb_catalog.hdb_version (version, upgraded_on)
      select '48', now() where not exists (select 1 from hdb_catalog.hdb_version)`);
  await client.query(
    "insert into hdb_catalog.hdb_metadata (id, metadata) values (1, $1) on conflict do nothing",
    [JSON.stringify(EMPTY)],
  );
}
