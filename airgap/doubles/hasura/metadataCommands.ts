import { runCatalogState } from "./catalogState";
import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import {
  displayName,
  formatMetadata,
  type Metadata,
  OPERATIONS,
  type Operation,
  parseFailed,
  parseMetadata,
  parsePermission,
  parseSourceConfiguration,
  parseTableConfiguration,
  parseTableName,
  requireObject,
  requireText,
  type SourceMetadata,
  sameTable,
  type TableMetadata,
  type TableName,
} from "./metadataDocument";
import {
  type Draft,
  inconsistencyError,
  type MetadataEngine,
  newlyInconsistent,
} from "./metadataEngine";

const SUCCESS = { message: "success" };

type Command = (args: JsonObject, metadata: Metadata) => Metadata;

function failed(code: string, message: string): EngineError {
  return new EngineError(code, message, 400, "$.args");
}

function findSource(metadata: Metadata, args: JsonObject): SourceMetadata {
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

const addSource: Command = (args, metadata) => {
  const name = requireText(args, "name");
  const configuration = parseSourceConfiguration(args.configuration);
  const existing = metadata.sources.find((item) => item.name === name);
  if (existing === undefined) {
    return { sources: [...metadata.sources, { name, configuration, tables: [] }] };
  }
  if (args.replace_configuration !== true) {
    throw failed("already-exists", `source with name "${name}" already exists`);
  }
  return {
    sources: metadata.sources.map((item) =>
      item === existing ? { ...item, configuration } : item,
    ),
  };
};

/** Also of a source with tracked tables: those depend on nothing but the source itself. */
const dropSource: Command = (args, metadata) => {
  const source = findSource(metadata, { source: requireText(args, "name") });
  return { sources: metadata.sources.filter((item) => item !== source) };
};

const trackTable: Command = (args, metadata) => {
  const source = findSource(metadata, args);
  const table = parseTableName(args.table);
  if (source.tables.some((item) => sameTable(item.table, table))) {
    throw failed("already-tracked", `view/table already tracked: "${displayName(table)}"`);
  }
  const configuration = parseTableConfiguration(args.configuration);
  const permissions = { select: [], insert: [], update: [], delete: [] };
  return changeSource(metadata, source, [...source.tables, { table, configuration, permissions }]);
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

/** A source named `default` stays, without its tables. */
const clearMetadata: Command = (_, metadata) => ({
  sources: metadata.sources
    .filter(({ name }) => name === "default")
    .map((source) => ({ ...source, tables: [] })),
});

const COMMANDS = new Map<string, Command>([
  ["pg_add_source", addSource],
  ["pg_drop_source", dropSource],
  ["pg_track_table", trackTable],
  ["pg_untrack_table", untrackTable],
  ["clear_metadata", clearMetadata],
  ...OPERATIONS.flatMap((operation): [string, Command][] => [
    [`pg_create_${operation}_permission`, createPermission(operation)],
    [`pg_drop_${operation}_permission`, dropPermission(operation)],
  ]),
]);

/** Runs one command of /v1/metadata on a draft and answers its response. */
export async function runMetadataCommand(
  request: Json | undefined,
  draft: Draft,
  engine: MetadataEngine,
): Promise<Json> {
  const { type, args, version } = requireObject(request, "RQLMetadata");
  if (typeof type !== "string") throw parseFailed('key "type" not found');
  if (type === "bulk") return runBulk(args, draft, engine);
  const fields = args === undefined || args === null ? {} : requireObject(args, "args");
  const command = COMMANDS.get(type);
  if (command !== undefined) {
    const metadata = command(fields, draft.metadata);
    const cache = await engine.build(metadata);
    const found = newlyInconsistent(draft.cache, cache);
    if (found.length > 0) throw inconsistencyError(found);
    Object.assign(draft, { metadata, cache, changed: true });
    return SUCCESS;
  }
  if (type === "export_metadata") return exportMetadata(draft, version);
  if (type === "replace_metadata") return replaceMetadata(fields, version, draft, engine);
  if (type === "reload_metadata") return reloadMetadata(draft, engine);
  if (type === "get_inconsistent_metadata") return consistency(draft);
  if (type.endsWith("et_catalog_state")) return runCatalogState(type, fields, engine.store);
  throw notInDouble(`the metadata command "${type}"`);
}

async function runBulk(
  args: Json | undefined,
  draft: Draft,
  engine: MetadataEngine,
): Promise<Json> {
  if (!Array.isArray(args)) throw parseFailed("parsing bulk failed, expected Array");
  const results: Json[] = [];
  for (const item of args) results.push(await runMetadataCommand(item, draft, engine));
  return results;
}

function exportMetadata(draft: Draft, version: Json | undefined): Json {
  const metadata = formatMetadata(draft.metadata);
  return version === 2 ? { resource_version: draft.resourceVersion, metadata } : metadata;
}

function consistency(draft: Draft): JsonObject {
  const found = draft.cache.inconsistencies;
  return { is_consistent: found.length === 0, inconsistent_objects: found };
}

async function replaceMetadata(
  args: JsonObject,
  version: Json | undefined,
  draft: Draft,
  engine: MetadataEngine,
): Promise<Json> {
  const document = isJsonObject(args.metadata) ? args.metadata : args;
  const metadata = parseMetadata(document);
  const cache = await engine.build(metadata);
  if (cache.inconsistencies.length > 0 && args.allow_inconsistent_metadata !== true) {
    const text = "cannot continue due to inconsistent metadata";
    throw new EngineError("unexpected", text, 400, "$.args", cache.inconsistencies);
  }
  Object.assign(draft, { metadata, cache, changed: true });
  return version === 2 ? consistency(draft) : SUCCESS;
}

async function reloadMetadata(draft: Draft, engine: MetadataEngine): Promise<Json> {
  draft.cache = await engine.build(draft.metadata);
  draft.changed = true;
  const { is_consistent: consistent, inconsistent_objects: objects } = consistency(draft);
  const answer = { ...SUCCESS, is_consistent: consistent ?? false };
  return consistent === true ? answer : { ...answer, inconsistent_objects: objects ?? [] };
}
