import type { Pool, QueryResult } from "pg";
import {
  databaseError,
  failureDetails,
  inTransaction,
  onConnection,
  type Queryable,
} from "./database";
import { EngineError, notInDouble } from "./engineError";
import type { Json, JsonObject } from "./json";
import type { LiveTable } from "./liveTable";
import { displayName, requireText, sameTable, type TableName } from "./metadataDocument";
import { readCatalog } from "./sourceCatalog";

type SqlResult = QueryResult<(string | null)[]>;

export type SqlOutcome = {
  result: Json;
  /** Tracked tables that the statements dropped: they are tracked no more. */
  lost: TableName[];
};

/**
 * The run_sql command: one transaction unless `no_transaction`, the last statement's rows as text, NULL as
 * "NULL". Renaming a tracked table is left out where the engine checks its metadata, and refused before it
 * is committed.
 */
export async function runSql(
  args: JsonObject,
  pool: Pool,
  tracked: LiveTable[],
): Promise<SqlOutcome> {
  const sql = requireText(args, "sql");
  const { read_only: readOnly, no_transaction: bare, cascade } = args;
  if (cascade === true) throw notInDouble("run_sql with cascade");
  const run = bare === true ? onConnection : inTransaction;
  try {
    return await run(pool, async (client) => {
      if (readOnly === true) await client.query("set transaction read only");
      const last = await lastResult(client, sql);
      const lost = checksMetadata(args) ? await lostTables(client, tracked) : [];
      return { result: format(last), lost };
    });
  } catch (error) {
    throw asSqlError(error, sql);
  }
}

/** Whether the engine looks at its tables again afterwards: as asked, or by the statements. */
export function checksMetadata(args: JsonObject): boolean {
  const { check_metadata_consistency: asked, read_only: readOnly, sql } = args;
  if (readOnly === true) return false;
  if (typeof asked === "boolean") return asked;
  return /\b(?:alter|drop|replace|create function|comment on)\b/i.test(String(sql));
}

async function lastResult(client: Queryable, sql: string): Promise<SqlResult | undefined> {
  const asText = { getTypeParser: () => (value: string) => value };
  const answer: unknown = await client.query({ text: sql, rowMode: "array", types: asText });
  const results = (Array.isArray(answer) ? answer : [answer]) as SqlResult[];
  return results.at(-1);
}

async function lostTables(client: Queryable, tracked: LiveTable[]): Promise<TableName[]> {
  const catalog = await readCatalog(client);
  const lost = tracked.filter(({ info }) => !catalog.some((item) => sameTable(item, info)));
  const renamed = lost.find(({ info }) => catalog.some((item) => item.oid === info.oid));
  if (renamed === undefined) return lost.map(({ info }) => info);
  throw notInDouble(`run_sql that renames the tracked table "${displayName(renamed.info)}"`);
}

function format(result: SqlResult | undefined): Json {
  if (result === undefined || result.fields.length === 0) {
    return { result_type: "CommandOk", result: null };
  }
  const rows = result.rows.map((row) => row.map((value) => value ?? "NULL"));
  return { result_type: "TuplesOk", result: [result.fields.map(({ name }) => name), ...rows] };
}

function asSqlError(error: unknown, statement: string): Error {
  if (error instanceof EngineError || !(error instanceof Error)) return databaseError(error, "$");
  const internal = { ...failureDetails(error), statement, arguments: [], prepared: false };
  return new EngineError("postgres-error", "query execution failed", 400, "$", internal);
}
