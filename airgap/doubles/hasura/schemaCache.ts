import type { Pool } from "pg";
import { databaseError } from "./database";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import { type LiveTable, ROOT_FIELDS, type RootField } from "./liveTable";
import {
  displayName,
  type Metadata,
  OPERATIONS,
  RELATIONSHIP_KINDS,
  type RelationshipKind,
  type RelationshipMetadata,
  type SourceMetadata,
  sameTable,
  type TableMetadata,
} from "./metadataDocument";
import { validatePermission } from "./permissionAccess";
import { resolveRelationship } from "./relationships";
import { readCatalog, type TableInfo } from "./sourceCatalog";
import type { SourcePools } from "./sourcePools";

export type InconsistentObject = { type: string; name: string; definition: Json; reason: string };
export type SchemaCache = {
  pools: Map<string, Pool>;
  tables: LiveTable[];
  inconsistencies: InconsistentObject[];
};

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
    const live: LiveTable[] = [];
    for (const table of source.tables) {
      const info = catalog.find((item) => sameTable(item, table.table));
      if (info === undefined) reportTable(cache, source.name, table);
      else live.push(liveTable(source, pool, table, info, live));
    }
    // In this order: a permission may reach through a relationship, and that to any table.
    for (const table of live) addRelationships(cache, table);
    for (const table of live) dropBadPermissions(cache, table);
    cache.tables.push(...live);
  } catch (error) {
    const failure = databaseError(error, "$.args");
    const name = `source ${source.name}`;
    report(cache, "source", name, source.name, failure.message);
  }
}

function reportTable(cache: SchemaCache, source: string, { table }: TableMetadata): void {
  const label = displayName(table);
  const why = `no such table/view exists in source: "${label}"`;
  report(cache, "table", `table ${label} in source ${source}`, { ...table }, why);
}

function liveTable(
  { name: source, customization }: SourceMetadata,
  pool: Pool,
  metadata: TableMetadata,
  info: TableInfo,
  neighbors: LiveTable[],
): LiveTable {
  const named = names(metadata, customization);
  return { source, pool, metadata, info, ...named, relationships: [], neighbors };
}

function addRelationships(cache: SchemaCache, table: LiveTable): void {
  for (const kind of RELATIONSHIP_KINDS) {
    for (const item of table.metadata.relationships[kind]) {
      try {
        table.relationships.push(resolveRelationship(table, kind, item));
      } catch (error) {
        reportRelationship(cache, table, kind, item, error);
      }
    }
  }
}

function reportRelationship(
  cache: SchemaCache,
  { source, info }: LiveTable,
  kind: RelationshipKind,
  item: RelationshipMetadata,
  error: unknown,
): void {
  if (!(error instanceof EngineError)) throw error;
  const label = displayName(info);
  const place = `in table "${label}": in relationship "${item.name}": `;
  // What hangs on an absent table or column is found by another part of the engine, which names no place.
  const why = error.code === "constraint-error" ? place + error.message : error.message;
  const type = `${kind}_relation`;
  const table = { schema: info.schema, name: info.name };
  const name = `${type} ${item.name} in table ${label} in source ${source}`;
  report(cache, type, name, { source, table, ...item }, why);
}

function dropBadPermissions(cache: SchemaCache, table: LiveTable): void {
  const { source, info, metadata } = table;
  const permissions = { ...metadata.permissions };
  for (const operation of OPERATIONS) {
    permissions[operation] = permissions[operation].filter((item) => {
      try {
        validatePermission(table, operation, item.role);
        return true;
      } catch (error) {
        const text = error instanceof EngineError ? error.message : "invalid permission";
        const label = displayName(info);
        const type = `${operation}_permission`;
        const name = `${type} ${item.role} in table ${label} in source ${source}`;
        const why = `in table "${label}": in permission for role "${item.role}": ${text}`;
        report(cache, type, name, { source, table: metadata.table }, why);
        return false;
      }
    });
  }
  table.metadata = { ...metadata, permissions };
}

function names(
  metadata: TableMetadata,
  customization: JsonObject,
): Pick<LiveTable, "typeName" | "rootFields"> {
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
  const affixed = affix(customization.root_fields);
  for (const field of ROOT_FIELDS) {
    rootFields[field] = affixed(overrideOf(overrides, field, rootFields));
  }
  return { typeName: affix(customization.type_names)(typeName), rootFields };
}

function affix(by: Json | undefined): (name: string) => string {
  const { prefix, suffix } = isJsonObject(by) ? by : {};
  return (name) => `${prefix ?? ""}${name}${suffix ?? ""}`;
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
    const fields = [...table.info.columns, ...table.relationships].map(({ name }) => name);
    const valid = [...all, ...fields].every((name) => /^[_A-Za-z][_0-9A-Za-z]*$/.test(name));
    const taken = all.some((name) => seen.has(name));
    const fine = valid && !taken;
    if (fine) for (const name of all) seen.add(name);
    else {
      const why = taken
        ? `Encountered conflicting definitions for the root fields of "${label}"`
        : `"${label}" or one of its columns is not a valid GraphQL name`;
      const name = `table ${label} in source ${table.source}`;
      report(cache, "table", name, { ...table.metadata.table }, why);
    }
    return fine;
  });
}
