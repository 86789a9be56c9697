import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";

export type TableName = { schema: string; name: string };
/** In the order of an export. */
export const OPERATIONS = ["insert", "select", "update", "delete"] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Permission = { role: string; permission: JsonObject; comment?: string };
export const RELATIONSHIP_KINDS = ["object", "array"] as const;
export type RelationshipKind = (typeof RELATIONSHIP_KINDS)[number];
export type RelationshipMetadata = { name: string; using: JsonObject; comment?: string };
export type TableMetadata = {
  table: TableName;
  configuration: JsonObject;
  relationships: Record<RelationshipKind, RelationshipMetadata[]>;
  permissions: Record<Operation, Permission[]>;
};
export type SourceMetadata = {
  name: string;
  configuration: JsonObject;
  customization: JsonObject;
  tables: TableMetadata[];
};
export type Metadata = { sources: SourceMetadata[] };

export function parseFailed(message: string): EngineError {
  return new EngineError("parse-failed", message, 400, "$.args");
}

export function requireObject(value: Json | undefined, what: string): JsonObject {
  if (isJsonObject(value)) return value;
  throw parseFailed(`parsing ${what} failed, expected Object`);
}

export function requireText(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === "string" && value !== "") return value;
  throw parseFailed(`key "${key}" not found`);
}

function list(value: Json | undefined, what: string): Json[] {
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw parseFailed(`parsing ${what} failed, expected Array`);
}

/** Everything that is set but unknown to the double is refused, so that it never passes silently. */
function refuseOthers(object: JsonObject, known: string[], what: string): void {
  for (const [key, value] of Object.entries(object)) {
    if (!known.includes(key) && !saysNothing(value)) throw notInDouble(`${what} "${key}"`);
  }
}

/** As `{ disabled_for_roles: [] }`, which every project of hasura-cli has. */
function saysNothing(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.values(value).every(saysNothing);
  return value === null || value === false;
}

export function isEmpty(value: Json[] | JsonObject): boolean {
  return Object.keys(value).length === 0;
}

export function parseTableName(value: Json | undefined): TableName {
  if (typeof value === "string") return { schema: "public", name: value };
  const object = requireObject(value, "QualifiedObject");
  const schema = typeof object.schema === "string" ? object.schema : "public";
  return { schema, name: requireText(object, "name") };
}

export function sameTable(left: TableName, right: TableName): boolean {
  return left.schema === right.schema && left.name === right.name;
}

/** How the engine names a table in its texts: the schema `public` is left away. */
export function displayName(table: TableName): string {
  return table.schema === "public" ? table.name : `${table.schema}.${table.name}`;
}

const PERMISSION_KEYS: Record<Operation, string[]> = {
  select: ["columns", "filter", "limit", "allow_aggregations"],
  insert: ["columns", "check", "set", "backend_only"],
  update: ["columns", "filter", "check", "set", "backend_only"],
  delete: ["filter", "backend_only"],
};

export function parsePermission(operation: Operation, value: Json): Permission {
  const object = requireObject(value, "permission");
  const permission = requireObject(object.permission, `${operation} permission`);
  refuseOthers(permission, PERMISSION_KEYS[operation], `${operation} permission member`);
  // An empty list of them hides all root fields: it is not the same as none.
  for (const key of ["query_root_fields", "subscription_root_fields"]) {
    if (Array.isArray(permission[key])) throw notInDouble(`select permission member "${key}"`);
  }
  const needed = operation === "insert" ? "check" : "filter";
  if (permission[needed] === undefined) throw parseFailed(`key "${needed}" not found`);
  return { role: requireText(object, "role"), permission, ...commentOf(object) };
}

function commentOf({ comment }: JsonObject): { comment?: string } {
  return typeof comment === "string" ? { comment } : {};
}

export function parseTable(value: Json): TableMetadata {
  const object = requireObject(value, "TableMetadata");
  const keys = OPERATIONS.map((operation) => `${operation}_permissions`);
  const kinds = RELATIONSHIP_KINDS.map((kind) => `${kind}_relationships`);
  refuseOthers(object, ["table", "configuration", ...kinds, ...keys], "table member");
  const relationships = (kind: RelationshipKind) =>
    list(object[`${kind}_relationships`], "relationships").map((item) =>
      parseRelationship(kind, item),
    );
  const permissions = (operation: Operation) =>
    list(object[`${operation}_permissions`], "permissions").map((item) =>
      parsePermission(operation, item),
    );
  return {
    table: parseTableName(object.table),
    configuration: parseTableConfiguration(object.configuration),
    relationships: { object: relationships("object"), array: relationships("array") },
    permissions: {
      select: permissions("select"),
      insert: permissions("insert"),
      update: permissions("update"),
      delete: permissions("delete"),
    },
  };
}

/** A relationship in the form that an export has: names of tables in full. */
export function parseRelationship(kind: RelationshipKind, value: Json): RelationshipMetadata {
  const object = requireObject(value, "relationship");
  const using = requireObject(object.using, "using");
  refuseOthers(using, ["foreign_key_constraint_on", "manual_configuration"], "relationship using");
  const { foreign_key_constraint_on: key, manual_configuration: manual } = using;
  return {
    name: requireText(object, "name"),
    using:
      manual === undefined || manual === null
        ? { foreign_key_constraint_on: parseForeignKey(kind, key) }
        : { manual_configuration: parseManual(requireObject(manual, "manual_configuration")) },
    ...commentOf(object),
  };
}

function parseForeignKey(kind: RelationshipKind, value: Json | undefined): Json {
  if (kind === "object" && (typeof value === "string" || Array.isArray(value))) return value;
  const key = requireObject(value, "foreign_key_constraint_on");
  refuseOthers(key, ["table", "column", "columns"], "foreign_key_constraint_on member");
  if (key.column === undefined && key.columns === undefined) {
    throw parseFailed('key "column" not found');
  }
  return { ...key, table: parseTableName(key.table) };
}

function parseManual(manual: JsonObject): JsonObject {
  refuseOthers(
    manual,
    ["remote_table", "column_mapping", "insertion_order"],
    "manual_configuration member",
  );
  return {
    column_mapping: requireObject(manual.column_mapping, "column_mapping"),
    insertion_order: manual.insertion_order ?? null,
    remote_table: parseTableName(manual.remote_table),
  };
}

function parseTableConfiguration(value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  const object = requireObject(value, "TableConfig");
  refuseOthers(object, ["custom_name", "custom_root_fields", "comment"], "table configuration");
  return object;
}

export function parseSourceConfiguration(value: Json | undefined): JsonObject {
  const configuration = requireObject(value, "configuration");
  refuseOthers(configuration, ["connection_info", "extensions_schema"], "source configuration");
  const info = requireObject(configuration.connection_info, "connection_info");
  const known = ["database_url", "pool_settings", "isolation_level", "use_prepared_statements"];
  refuseOthers(info, known, "connection_info member");
  const url = info.database_url;
  const fromEnv = isJsonObject(url) ? url.from_env : undefined;
  if (typeof url !== "string" && typeof fromEnv !== "string") {
    throw notInDouble("a database_url that is neither a string nor from_env");
  }
  return configuration;
}

/** Prefixes and suffixes of names; a namespace and naming conventions are left out. */
export function parseCustomization(value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  const customization = requireObject(value, "customization");
  refuseOthers(customization, ["root_fields", "type_names"], "source customization");
  const { root_fields: fields = {}, type_names: types = {} } = customization;
  refuseOthers(requireObject(fields, "root_fields"), ["prefix", "suffix"], "root_fields");
  refuseOthers(requireObject(types, "type_names"), ["prefix"], "type_names");
  return customization;
}

/** @throws EngineError parse-failed, or naming what the double leaves out. */
export function parseMetadata(value: Json, path = "$.args"): Metadata {
  const object = requireObject(value, "Metadata");
  // Without its version it is read as the first one, which had tables at the top.
  const needed = object.version === 3 ? "sources" : "tables";
  if (object[needed] === undefined) {
    throw new EngineError("parse-failed", `key "${needed}" not found`, 400, path);
  }
  if (object.version !== 3) throw notInDouble("metadata version");
  refuseOthers(object, ["version", "sources"], "metadata section");
  const sources = list(object.sources, "sources").map((item) => {
    const source = requireObject(item, "SourceMetadata");
    refuseOthers(
      source,
      ["name", "kind", "tables", "configuration", "customization"],
      "source member",
    );
    const kind = source.kind ?? "postgres";
    if (kind !== "postgres") throw notInDouble(`source kind ${JSON.stringify(kind)}`);
    return {
      name: requireText(source, "name"),
      configuration: parseSourceConfiguration(source.configuration),
      customization: parseCustomization(source.customization),
      tables: list(source.tables, "tables").map(parseTable),
    };
  });
  return { sources };
}

/** The metadata after tables of a source are gone. */
export function withoutTables(metadata: Metadata, source: string, lost: TableName[]): Metadata {
  const isLost = ({ table }: TableMetadata) => lost.some((item) => sameTable(item, table));
  return {
    sources: metadata.sources.map((item) =>
      item.name === source
        ? { ...item, tables: item.tables.filter((table) => !isLost(table)) }
        : item,
    ),
  };
}
