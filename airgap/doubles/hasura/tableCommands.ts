import { EngineError } from "./engineError";
import type { JsonObject } from "./json";
import {
  displayName,
  type Metadata,
  OPERATIONS,
  type Operation,
  parsePermission,
  parseRelationship,
  parseTable,
  parseTableName,
  RELATIONSHIP_KINDS,
  type RelationshipKind,
  requireText,
  type SourceMetadata,
  sameTable,
  type TableMetadata,
  type TableName,
} from "./metadataDocument";

export type Command = (args: JsonObject, metadata: Metadata) => Metadata;

export function failed(code: string, message: string): EngineError {
  return new EngineError(code, message, 400, "$.args");
}

export function findSource(metadata: Metadata, args: JsonObject): SourceMetadata {
  const name = typeof args.source === "string" ? args.source : "default";
  const source = metadata.sources.find((item) => item.name === name);
  if (source !== undefined) return source;
  throw failed("not-exists", `source with name "${name}" does not exist`);
}

function changeSource(
  metadata: Metadata,
  source: SourceMetadata,
  tables: TableMetadata[],
): Metadata {
  return {
    sources: metadata.sources.map((item) => (item === source ? { ...source, tables } : item)),
  };
}

const trackTable: Command = (args, metadata) => {
  const source = findSource(metadata, args);
  const { table = null, configuration = null } = args;
  const tracked = parseTable({ table, configuration });
  if (source.tables.some((item) => sameTable(item.table, tracked.table))) {
    throw failed("already-tracked", `view/table already tracked: "${displayName(tracked.table)}"`);
  }
  return changeSource(metadata, source, [...source.tables, tracked]);
};

const untrackTable: Command = (args, metadata) => {
  const source = findSource(metadata, args);
  const found = findTable(source, parseTableName(args.table), "already-untracked");
  return changeSource(
    metadata,
    source,
    source.tables.filter((item) => item !== found),
  );
};

function findTable(source: SourceMetadata, table: TableName, code: string): TableMetadata {
  const found = source.tables.find((item) => sameTable(item.table, table));
  if (found !== undefined) return found;
  const label = displayName(table);
  throw failed(
    code,
    code === "not-exists"
      ? `table "${label}" does not exist in source: ${source.name}`
      : `view/table already untracked: "${label}"`,
  );
}

function createPermission(operation: Operation): Command {
  return (args, metadata) => {
    const source = findSource(metadata, args);
    const table = findTable(source, parseTableName(args.table), "not-exists");
    const created = parsePermission(operation, args);
    const label = displayName(table.table);
    const defined = table.permissions[operation].some((item) => item.role === created.role);
    if (defined || created.role === "admin") {
      const text = `${operation} permission already defined on table "${label}"`;
      throw failed("already-exists", `${text} with role "${created.role}"`);
    }
    const permissions = {
      ...table.permissions,
      [operation]: [...table.permissions[operation], created],
    };
    return replaceTable(metadata, source, table, { ...table, permissions });
  };
}

function replaceTable(
  metadata: Metadata,
  source: SourceMetadata,
  before: TableMetadata,
  after: TableMetadata,
): Metadata {
  const tables = source.tables.map((item) => (item === before ? after : item));
  return changeSource(metadata, source, tables);
}

function dropPermission(operation: Operation): Command {
  return (args, metadata) => {
    const source = findSource(metadata, args);
    const table = findTable(source, parseTableName(args.table), "not-exists");
    const role = requireText(args, "role");
    const kept = table.permissions[operation].filter((item) => item.role !== role);
    if (kept.length === table.permissions[operation].length) {
      const label = displayName(table.table);
      const text = `${operation} permission on "${label}" for role "${role}" does not exist`;
      throw failed("permission-denied", text);
    }
    const permissions = { ...table.permissions, [operation]: kept };
    return replaceTable(metadata, source, table, { ...table, permissions });
  };
}

function createRelationship(kind: RelationshipKind): Command {
  return (args, metadata) => {
    const source = findSource(metadata, args);
    const table = findTable(source, parseTableName(args.table), "not-exists");
    const created = parseRelationship(kind, args);
    if (RELATIONSHIP_KINDS.some((item) => hasRelationship(table, item, created.name))) {
      const text = `field with name "${created.name}" already exists in table`;
      throw failed("already-exists", `${text} "${displayName(table.table)}"`);
    }
    const relationships = {
      ...table.relationships,
      [kind]: [...table.relationships[kind], created],
    };
    return replaceTable(metadata, source, table, { ...table, relationships });
  };
}

function hasRelationship(table: TableMetadata, kind: RelationshipKind, name: string): boolean {
  return table.relationships[kind].some((item) => item.name === name);
}

const dropRelationship: Command = (args, metadata) => {
  const source = findSource(metadata, args);
  const table = findTable(source, parseTableName(args.table), "not-exists");
  const name = requireText(args, "relationship");
  if (!RELATIONSHIP_KINDS.some((kind) => hasRelationship(table, kind, name))) {
    throw failed("not-exists", `"${name}" does not exist`);
  }
  const without = (kind: RelationshipKind) =>
    table.relationships[kind].filter((item) => item.name !== name);
  const relationships = { object: without("object"), array: without("array") };
  return replaceTable(metadata, source, table, { ...table, relationships });
};

/** The commands that change one tracked table. */
export const TABLE_COMMANDS: [string, Command][] = [
  ["pg_track_table", trackTable],
  ["pg_untrack_table", untrackTable],
  ["pg_create_object_relationship", createRelationship("object")],
  ["pg_create_array_relationship", createRelationship("array")],
  ["pg_drop_relationship", dropRelationship],
  ...OPERATIONS.flatMap((operation): [string, Command][] => [
    [`pg_create_${operation}_permission`, createPermission(operation)],
    [`pg_drop_${operation}_permission`, dropPermission(operation)],
  ]),
];
