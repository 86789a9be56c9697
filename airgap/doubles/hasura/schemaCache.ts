import type { Pool } from "pg";
import { databaseError } from "./database";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import {
  displayName,
  type Metadata,
  OPERATIONS,
  type SourceMetadata,
  sameTable,
  type TableMetadata,
} from "./metadataDocument";
import { validatePermission } from "./permissionAccess";
import { readCatalog, type TableInfo } from "./sourceCatalog";
import type { SourcePools } from "./sourcePools";

/** A tracked table that is really there, with the names of its root fields. */
export type LiveTable = {
  source: string;
  pool: Pool;
  metadata: TableMetadata;
  info: TableInfo;
  typeName: string;
  rootFields: Record<RootField, string>;
};
export type InconsistentObject = { type: string; name: string; definition: Json; reason: string };
export type SchemaCache = {
  pools: Map<string, Pool>;
  tables: LiveTable[];
  inconsistencies: InconsistentObject[];
};

export const ROOT_FIELDS = [
  "select",
  "select_by_pk",
  "select_aggregate",
  "insert",
  "insert_one",
  "update",
  "update_by_pk",
  "delete",
  "delete_by_pk",
] as const;
export type RootField = (typeof ROOT_FIELDS)[number];

/** Looks every object of the metadata up; what is wrong is listed, and left out of the schema. */
export async function buildSchemaCache(
  metadata: Metadata,
  sourcePools: SourcePools,
): Promise<SchemaCache> {
  const cache: SchemaCache = { pools: new Map(), tables: [], inconsistencies: [] };
  for (const source of metadata.sources) await addSource(cache, source, sourcePools);
  removeConflicts(cache);
  return cache;
}

function report(cache: SchemaCache, type: string, name: string, definition: Json, why: string) {
  cache.inconsistencies.push({ type, name, definition, reason: `Inconsistent object: ${why}` });
}

async function addSource(
  cache: SchemaCache,
  source: SourceMetadata,
  sourcePools: SourcePools,
): Promise<void> {
  try {
    const pool = sourcePools.open(source.configuration);
    const catalog = await readCatalog(pool);
    cache.pools.set(source.name, pool);
    for (const table of source.tables) addTable(cache, source.name, pool, catalog, table);
  } catch (error) {
    const failure = databaseError(error, "$.args");
    const name = `source ${source.name}`;
    report(cache, "source", name, source.name, failure.message);
  }
}

function addTable(
  cache: SchemaCache,
  source: string,
  pool: Pool,
  catalog: TableInfo[],
  metadata: TableMetadata,
): void {
  const label = displayName(metadata.table);
  const info = catalog.find((item) => sameTable(item, metadata.table));
  if (info === undefined) {
    const why = `no such table/view exists in source: "${label}"`;
    const definition = { ...metadata.table };
    report(cache, "table", `table "${label}" in source "${source}"`, definition, why);
    return;
  }
  const valid = dropBadPermissions(cache, source, info, metadata);
  cache.tables.push({ source, pool, metadata: valid, info, ...names(metadata) });
}

function dropBadPermissions(
  cache: SchemaCache,
  source: string,
  info: TableInfo,
  metadata: TableMetadata,
): TableMetadata {
  const permissions = { ...metadata.permissions };
  for (const operation of OPERATIONS) {
    permissions[operation] = permissions[operation].filter((item) => {
      try {
        validatePermission(metadata, info, operation, item.role);
        return true;
      } catch (error) {
        const text = error instanceof EngineError ? error.message : "invalid permission";
        const label = displayName(metadata.table);
        const name = `${item.role}.${operation} in table "${label}" in source "${source}"`;
        const why = `in table "${label}": in permission for role "${item.role}": ${text}`;
        report(cache, `${operation}_permission`, name, { source, table: metadata.table }, why);
        return false;
      }
    });
  }
  return { ...metadata, permissions };
}

function names(metadata: TableMetadata): Pick<LiveTable, "typeName" | "rootFields"> {
  const { table, configuration } = metadata;
  const custom = configuration.custom_name;
  const plain = table.schema === "public" ? table.name : `${table.schema}_${table.name}`;
  const typeName = typeof custom === "string" ? custom : plain;
  const overrides = isJsonObject(configuration.custom_root_fields)
    ? configuration.custom_root_fields
    : {};
  const rootFields: Record<RootField, string> = {
    select: typeName,
    select_by_pk: `${typeName}_by_pk`,
    select_aggregate: `${typeName}_aggregate`,
    insert: `insert_${typeName}`,
    insert_one: `insert_${typeName}_one`,
    update: `update_${typeName}`,
    update_by_pk: `update_${typeName}_by_pk`,
    delete: `delete_${typeName}`,
    delete_by_pk: `delete_${typeName}_by_pk`,
  };
  for (const field of ROOT_FIELDS) rootFields[field] = overrideOf(overrides, field, rootFields);
  return { typeName, rootFields };
}

function overrideOf(
  overrides: JsonObject,
  field: RootField,
  fallback: Record<RootField, string>,
): string {
  const value = overrides[field];
  const name = isJsonObject(value) ? value.name : value;
  return typeof name === "string" ? name : fallback[field];
}

/** Two tables that would answer to one name, and names GraphQL does not know. */
function removeConflicts(cache: SchemaCache): void {
  const seen = new Set<string>();
  cache.tables = cache.tables.filter((table) => {
    const label = displayName(table.info);
    const all = [table.typeName, ...Object.values(table.rootFields)];
    const valid = [...all, ...table.info.columns.map((column) => column.name)].every((name) =>
      /^[_A-Za-z][_0-9A-Za-z]*$/.test(name),
    );
    const taken = all.some((name) => seen.has(name));
    const fine = valid && !taken;
    if (fine) for (const name of all) seen.add(name);
    else {
      const why = taken
        ? `Encountered conflicting definitions for the root fields of "${label}"`
        : `"${label}" or one of its columns is not a valid GraphQL name`;
      const name = `table "${label}" in source "${table.source}"`;
      report(cache, "table", name, { ...table.metadata.table }, why);
    }
    return fine;
  });
}
