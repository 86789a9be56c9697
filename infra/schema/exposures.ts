import { isObject } from "../validation/isObject";
import { digestOf, type Item, type MetadataReader, textIn, without } from "./metadataReader";
import { Operation } from "./right";
import { addLogicalModel, addTable, objectName } from "./tableRights";

const SOURCE_KEYS = [
  ...["name", "kind", "configuration", "customization", "query_tags", "health_check", "tables"],
  ...["functions", "logical_models", "native_queries", "stored_procedures"],
];

/** Adds what a database opens. */
export function addSource(reader: MetadataReader, item: Item): void {
  const source = textIn(item.fields, "name");
  reader.expose(Operation.Connection, source, item.fields.configuration);
  for (const table of reader.items(item, "tables")) addTable(reader, source, table);
  for (const it of reader.items(item, "functions")) addFunction(reader, source, it);
  for (const it of reader.items(item, "logical_models")) addLogicalModel(reader, source, it);
  for (const { fields } of [
    ...reader.items(item, "native_queries"),
    ...reader.items(item, "stored_procedures"),
  ]) {
    const name = fields.root_field_name ?? fields.stored_procedure;
    const content = without(fields, ["description", "root_field_name", "stored_procedure"]);
    reader.expose(Operation.NativeQuery, objectName(source, name), content);
  }
  reader.others(item, SOURCE_KEYS);
}

/** A query function may be open without an entry, a mutation never is (seen on a released engine). */
function addFunction(reader: MetadataReader, source: string, item: Item): void {
  const object = objectName(source, item.fields.function);
  const { fields: configuration } = reader.item(item, "configuration");
  const mutates = configuration.exposed_as === "mutation";
  const content = without(configuration, ["custom_name", "custom_root_fields"]);
  if (!mutates) reader.expose(Operation.Function, object, content);
  for (const [role] of reader.permissions(item, "permissions")) {
    reader.add({ role, operation: Operation.Call, object, ...(mutates && { mutates }) });
  }
  reader.others(item, ["function", "configuration", "permissions", "comment"]);
}

const FORWARDED = "forward_client_headers";

/** Adds an action: who may run it, and where it leads. */
export function addAction(reader: MetadataReader, item: Item): void {
  const object = textIn(item.fields, "name");
  const { fields: definition } = reader.item(item, "definition");
  const mutates = definition.type !== "query";
  for (const [role] of reader.permissions(item, "permissions")) {
    reader.add({ role, operation: Operation.Run, object, ...(mutates && { mutates }) });
  }
  reader.expose(Operation.Action, object, without(definition, [FORWARDED]));
  if (definition[FORWARDED] === true) {
    reader.expose(Operation.Forwarding, object, textIn(definition, "handler"));
  }
  reader.others(item, ["name", "comment", "definition", "permissions"]);
}

/** Adds a remote schema; what its permissions are worth depends on a variable of the engine. */
export function addRemoteSchema(reader: MetadataReader, item: Item): void {
  const object = textIn(item.fields, "name");
  const { fields: definition } = reader.item(item, "definition");
  for (const [role, permission] of reader.permissions(item, "permissions")) {
    const sdl = textIn(reader.item(permission, "definition").fields, "schema");
    const columns = fieldsOfSdl(sdl);
    const [, mutation = "Mutation"] = /\bmutation\s*:\s*(\w+)/.exec(sdl) ?? [];
    const mutates = columns.some((it) => it.startsWith(`${mutation}.`));
    const right = { role, operation: Operation.Query, object, columns, content: digestOf(sdl) };
    reader.add({ ...right, ...(mutates && { mutates }) });
  }
  reader.expose(Operation.RemoteSchema, object, without(definition, [FORWARDED, "customization"]));
  if (definition[FORWARDED] === true) {
    const target = definition.url ?? definition.url_from_env;
    reader.expose(Operation.Forwarding, object, target);
  }
  for (const { fields } of reader.items(item, "remote_relationships")) {
    reader.expose(Operation.Relationship, `${object}.${textIn(fields, "type_name")}`, fields);
  }
  reader.others(item, ["name", "comment", "definition", "permissions", "remote_relationships"]);
}

/** `Type.field` for each field of an SDL, arguments left out. */
function fieldsOfSdl(schema: string): string[] {
  let sdl = schema.replace(/"""[\s\S]*?"""|"(?:[^"\\\n]|\\.)*"|#.*$/gm, "");
  for (let last = ""; last !== sdl; ) {
    last = sdl;
    sdl = sdl.replace(/\([^()]*\)/g, "");
  }
  const types = [...sdl.matchAll(/\b(?:type|interface|input)\s+(\w+)[^{}]*\{([^{}]*)\}/g)];
  return types
    .flatMap(([, type = "", body = ""]) =>
      [...body.matchAll(/(\w+)\s*:/g)].map(([, field]) => `${type}.${field}`),
    )
    .sort();
}

/** Adds the tables that types of actions lead to. */
export function addCustomTypes(reader: MetadataReader, item: Item): void {
  for (const object of reader.items(item, "objects")) {
    for (const { fields } of reader.items(object, "relationships")) {
      const name = `${textIn(object.fields, "name")}.${textIn(fields, "name")}`;
      reader.expose(Operation.Relationship, name, without(fields, ["name", "type"]));
    }
  }
}

/** Settings of the whole engine, each a key of the metadata; those that are empty open nothing. */
const SETTINGS = [
  ...["allowlist", "api_limits", "backend_configs", "graphql_schema_introspection"],
  ...["metrics_config", "network", "opentelemetry"],
];
const NAMED = {
  cron_triggers: Operation.CronTrigger,
  query_collections: Operation.QueryCollection,
  rest_endpoints: Operation.RestEndpoint,
};

/** Adds what belongs to no database. */
export function addSettings(reader: MetadataReader, root: Item): void {
  for (const [key, operation] of Object.entries(NAMED)) {
    for (const { fields } of reader.items(root, key)) {
      const content = without(fields, ["include_in_metadata", "name", "retry_conf"]);
      reader.expose(operation, textIn(fields, "name"), content);
    }
  }
  for (const key of SETTINGS) {
    const value = root.fields[key] ?? [];
    const isEmpty = typeof value === "object" && Object.values(value).flat().length === 0;
    if (!isEmpty) reader.expose(Operation.Setting, key, isObject(value) ? value : { [key]: value });
  }
  const lists = ["sources", "remote_schemas", "actions", "custom_types", "inherited_roles"];
  reader.others(root, ["version", ...lists, ...SETTINGS, ...Object.keys(NAMED)]);
}
