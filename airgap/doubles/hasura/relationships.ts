import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import type { LiveTable, Relationship } from "./liveTable";
import {
  displayName,
  parseTableName,
  type RelationshipKind,
  type RelationshipMetadata,
  sameTable,
  type TableName,
} from "./metadataDocument";
import type { Column, ForeignKey } from "./sourceCatalog";

function invalid(message: string): EngineError {
  return new EngineError("invalid-configuration", message);
}

/** Finds the table and the columns of a relationship. @throws EngineError with the reason why it is inconsistent. */
export function resolveRelationship(
  table: LiveTable,
  kind: RelationshipKind,
  { name, using }: RelationshipMetadata,
): Relationship {
  if (table.info.columns.some((column) => [name, `${name}_aggregate`].includes(column.name))) {
    throw invalid("field definition conflicts with postgres column");
  }
  const { foreign_key_constraint_on: key, manual_configuration: manual } = using;
  if (isJsonObject(manual)) return { name, kind, ...byMapping(table, manual) };
  if (isJsonObject(key)) return { name, kind, ...byTheirKey(table, key) };
  return { name, kind, ...byOwnKey(table, columnNames(key)) };
}

type Way = Pick<Relationship, "target" | "pairs" | "alwaysThere">;

function byMapping(table: LiveTable, manual: JsonObject): Way {
  const target = trackedTable(table, parseTableName(manual.remote_table));
  const mapping = isJsonObject(manual.column_mapping) ? manual.column_mapping : {};
  const pairs = Object.entries(mapping).map(([from, to]) => ({
    from: columnOf(table, from),
    to: columnOf(target, String(to)),
  }));
  return { target, pairs, alwaysThere: false };
}

/** By a key of the other table that refers to this one. */
function byTheirKey(table: LiveTable, key: JsonObject): Way {
  const target = trackedTable(table, parseTableName(key.table));
  const referring = target.info.foreignKeys.filter((item) => sameTable(item.table, table.info));
  const { columns, targets } = theKeyOn(referring, columnNames(key.columns ?? key.column));
  const pairs = columns.map((to, at) => ({
    from: columnOf(table, targets[at] ?? ""),
    to: columnOf(target, to),
  }));
  return { target, pairs, alwaysThere: false };
}

function byOwnKey(table: LiveTable, names: string[]): Way {
  const { columns, targets, table: name } = theKeyOn(table.info.foreignKeys, names);
  const target = trackedTable(table, name);
  const pairs = columns.map((from, at) => ({
    from: columnOf(table, from),
    to: columnOf(target, targets[at] ?? ""),
  }));
  return { target, pairs, alwaysThere: pairs.every(({ from }) => !from.nullable) };
}

function columnNames(value: Json | undefined): string[] {
  return (Array.isArray(value) ? value : [value]).map(String);
}

function theKeyOn(keys: ForeignKey[], columns: string[]): ForeignKey {
  const found = keys.filter((key) => [...key.columns].sort().join() === [...columns].sort().join());
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const count = only === undefined ? "no foreign" : "more than one foreign key";
  throw new EngineError("constraint-error", `${count} constraint exists on the given column(s)`);
}

function trackedTable(table: LiveTable, name: TableName): LiveTable {
  const found = table.neighbors.find((item) => sameTable(item.info, name));
  if (found !== undefined) return found;
  throw invalid(`table "${displayName(name)}" is not tracked`);
}

function columnOf({ info }: LiveTable, name: string): Column {
  const found = info.columns.find((item) => item.name === name);
  if (found !== undefined) return found;
  throw invalid(`table "${displayName(info)}" has no column "${name}"`);
}
