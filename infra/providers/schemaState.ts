import { remoteError } from "../http/remoteError";
import { migrationName, shownChecksum } from "../schema/planMigrations";
import type { SchemaSource } from "../schema/readSchema";
import { HAS_RECORDS, LOOK, type SourceRecords } from "../schema/recordsSql";
import { isObject } from "../validation/isObject";
import { demand, runSql, type SchemaTools } from "./schemaTools";

/** What the CLI remembers of all sources, in the engine's metadata database. */
export interface Catalog {
  versions(source: string): string[];
  /** Makes it forget the versions of a source. */
  clear(source: string): Promise<void>;
}

/** Reads the CLI's catalog. */
export async function catalogOf(tools: SchemaTools): Promise<Catalog> {
  const command = { type: "get_catalog_state", args: {} };
  const answer = await demand(tools, "/v1/metadata", command, "the applied migrations");
  const state = isObject(answer) && isObject(answer.cli_state) ? answer.cli_state : {};
  const migrations = isObject(state.migrations) ? state.migrations : {};
  return {
    versions(source) {
      const own = migrations[source];
      return isObject(own) ? Object.keys(own) : [];
    },
    async clear(source) {
      const { [source]: _gone, ...kept } = migrations;
      const args = { type: "cli", state: { ...state, migrations: kept } };
      await demand(
        tools,
        "/v1/metadata",
        { type: "set_catalog_state", args },
        `source "${source}"`,
      );
    },
  };
}

/** What a database remembers while the lease is ours; throws where somebody else has it. */
export async function recordsOf(tools: SchemaTools, source: string): Promise<SourceRecords> {
  const records = await lookAt(tools, source);
  if (records.holder !== "" && records.holder !== tools.holder) throw heldError(records.holder);
  return records;
}

async function lookAt(tools: SchemaTools, source: string): Promise<SourceRecords> {
  const rows = await runSql(tools, source, LOOK);
  return JSON.parse(rows[0]?.[0] ?? "") as SourceRecords;
}

/** Whether a source has records at all. */
async function hasRecords(tools: SchemaTools, source: string): Promise<boolean> {
  const rows = await runSql(tools, source, HAS_RECORDS);
  return rows[0]?.[0] === "t";
}

/** Who holds the lease of one of these sources; undefined where nobody does. */
export async function holderOf(
  tools: SchemaTools,
  sources: readonly string[],
): Promise<string | undefined> {
  for (const source of sources) {
    try {
      const { holder } = await lookAt(tools, source);
      if (holder !== "") return holder;
    } catch {
      // Neither a source that is not connected nor one without records has a lease.
    }
  }
  return undefined;
}

/** What is applied according to both the databases and the catalog: checksums by `source/version_name`. */
export async function appliedMigrations(
  tools: SchemaTools,
  sources: readonly string[],
): Promise<Record<string, string>> {
  const catalog = await catalogOf(tools);
  const applied: Record<string, string> = {};
  for (const source of sources) {
    if (!(await hasRecords(tools, source))) continue;
    const { migrations } = await lookAt(tools, source);
    const known = catalog.versions(source);
    for (const it of migrations) {
      if (!it.done || !known.includes(it.version)) continue;
      applied[`${source}/${migrationName(it)}`] = shownChecksum(it.checksum);
    }
  }
  return Object.fromEntries(Object.entries(applied).sort());
}

/** What is applied, which has to be all, whatever exit codes said. */
export async function demandApplied(
  tools: SchemaTools,
  sources: readonly SchemaSource[],
): Promise<Record<string, string>> {
  const names = sources.map(({ name }) => name);
  const applied = await appliedMigrations(tools, names);
  const missing = sources
    .flatMap(({ migrations }) => migrations)
    .map((it) => `${it.source}/${migrationName(it)}`)
    .filter((key) => !Object.hasOwn(applied, key));
  if (missing.length === 0) return applied;
  throw remoteError(
    `Hasura's catalog lacks ${missing.join(", ")}, though applied; run the update again, which adds what is missing`,
  );
}

export function heldError(holder: string): Error {
  return remoteError(
    `The schema is being applied by another update (on ${holder}); wait until it has ended, then run the update again`,
  );
}
