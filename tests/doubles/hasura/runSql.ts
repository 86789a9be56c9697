import type { Pool, QueryResult } from "pg";
import { databaseError, inTransaction, type Queryable } from "./database";
import { EngineError, notInDouble } from "./engineError";
import type { Json, JsonObject } from "./json";
import { displayName, requireText, sameTable } from "./metadataDocument";
import type { LiveTable } from "./schemaCache";
import { readCatalog } from "./sourceCatalog";

type SqlResult = QueryResult<(string | null)[]>;

/**
 * The run_sql command: one transaction, the last statement's rows as text, NULL as "NULL".
 * Dropping or renaming a tracked table is left out, and refused before it is committed.
 */
export async function runSql(args: JsonObject, pool: Pool, tracked: LiveTable[]): Promise<Json> {
  const sql = requireText(args, "sql");
  const { read_only: readOnly } = args;
  try {
    const result = await inTransaction(pool, async (client) => {
      if (readOnly === true) await client.query("set transaction read only");
      const last = await lastResult(client, sql);
      await requireTracked(client, tracked);
      return last;
    });
    return format(result);
  } catch (error) {
    throw asSqlError(error, sql);
  }
}

async function lastResult(client: Queryable, sql: string): Promise<SqlResult | undefined> {
  const asText = { getTypeParser: () => (value: string) => value };
  const answer: unknown = await client.query({ text: sql, rowMode: "array", types: asText });
  const results = (Array.isArray(answer) ? answer : [answer]) as SqlResult[];
  return results.at(-1);
}

async function requireTracked(client: Queryable, tracked: LiveTable[]): Promise<void> {
  const catalog = await readCatalog(client);
  const lost = tracked.find((table) => !catalog.some((item) => sameTable(item, table.info)));
  if (lost !== undefined) {
    throw notInDouble(`run_sql that drops the tracked table "${displayName(lost.info)}"`);
  }
}

function format(result: SqlResult | undefined): Json {
  if (result === undefined || result.fields.length === 0) {
    return { result_type: "CommandOk", result: null };
  }
  const rows = result.rows.map((row) => row.map((value) => value ?? "NULL"));
  return { result_type: "TuplesOk", result: [result.fields.map(({ name }) => name), ...rows] };
}

function asSqlError(error: unknown, statement: string): Error {
  const failure = databaseError(error, "$");
  if (!(failure instanceof EngineError) || failure.internal === undefined) return failure;
  const internal = {
    ...(failure.internal as JsonObject),
    statement,
    arguments: [],
    prepared: false,
  };
  return new EngineError("postgres-error", "query execution failed", 400, "$", internal);
}
