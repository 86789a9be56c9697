import { runCatalogState } from "./catalogState";
import { EngineError, notInDouble } from "./engineError";
import { formatMetadata } from "./formatMetadata";
import { isJsonObject, type Json, type JsonObject } from "./json";
import {
  parseCustomization,
  parseFailed,
  parseMetadata,
  parseSourceConfiguration,
  requireObject,
  requireText,
} from "./metadataDocument";
import {
  type Draft,
  inconsistencyError,
  type MetadataEngine,
  newlyInconsistent,
  soundPart,
} from "./metadataEngine";
import { type Command, failed, findSource, TABLE_COMMANDS } from "./tableCommands";

const SUCCESS = { message: "success" };

const addSource: Command = (args, metadata) => {
  const name = requireText(args, "name");
  const configuration = parseSourceConfiguration(args.configuration);
  const customization = parseCustomization(args.customization);
  const existing = metadata.sources.find((item) => item.name === name);
  if (existing === undefined) {
    return { sources: [...metadata.sources, { name, configuration, customization, tables: [] }] };
  }
  if (args.replace_configuration !== true) {
    throw failed("already-exists", `source with name "${name}" already exists`);
  }
  return {
    sources: metadata.sources.map((item) =>
      item === existing ? { ...item, configuration, customization } : item,
    ),
  };
};

/** Also of a source with tracked tables: those depend on nothing but the source itself. */
const dropSource: Command = (args, metadata) => {
  const source = findSource(metadata, { source: requireText(args, "name") });
  return { sources: metadata.sources.filter((item) => item !== source) };
};

/** A source named `default` stays, without its tables. */
const clearMetadata: Command = (_, metadata) => ({
  sources: metadata.sources
    .filter(({ name }) => name === "default")
    .map((source) => ({ ...source, tables: [] })),
});

const COMMANDS = new Map<string, Command>([
  ["pg_add_source", addSource],
  ["pg_drop_source", dropSource],
  ["clear_metadata", clearMetadata],
  ...TABLE_COMMANDS,
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
  if (type === "drop_inconsistent_metadata") return dropInconsistent(draft, engine);
  throw notInDouble(`the metadata command "${type}"`);
}

async function dropInconsistent(draft: Draft, engine: MetadataEngine): Promise<Json> {
  draft.metadata = soundPart(draft.metadata, draft.cache);
  draft.cache = await engine.build(draft.metadata);
  draft.changed = true;
  return SUCCESS;
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
  const metadata = isJsonObject(args.metadata)
    ? parseMetadata(args.metadata, "$.args.metadata")
    : parseMetadata(args);
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
