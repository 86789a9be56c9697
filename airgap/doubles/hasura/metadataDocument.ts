import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";

export type TableName = { schema: string; name: string };
/** In the order of an export. */
export const OPERATIONS = ["insert", "select", "update", "delete"] as const;
export type Operation = (typeof OPERATIONS)[number];
export type Permission = { role: string; permission: JsonObject };
export type TableMetadata = {
  table: TableName;
  configuration: JsonObject;
  permissions: Record<Operation, Permission[]>;
};
export type SourceMetadata = { name: string; configuration: JsonObject; tables: TableMetadata[] };
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

function isEmpty(value: Json[] | JsonObject): boolean {
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
  insert: ["columns", "check", "set"],
  update: ["columns", "filter", "check", "set"],
  delete: ["filter"],
};

export function parsePermission(operation: Operation, value: Json): Permission {
  const object = requireObject(value, "permission");
  const permission = requireObject(object.permission, `${operation} permission`);
  refuseOthers(permission, PERMISSION_KEYS[operation], `${operation} permission member`);
  const needed = operation === "insert" ? "check" : "filter";
  if (permission[needed] === undefined) throw parseFailed(`key "${needed}" not found`);
  return { role: requireText(object, "role"), permission };
}

export function parseTable(value: Json): TableMetadata {
  const object = requireObject(value, "TableMetadata");
  const keys = OPERATIONS.map((operation) => `${operation}_permissions`);
  refuseOthers(object, ["table", "configuration", ...keys], "table member");
  const permissions = (operation: Operation) =>
    list(object[`${operation}_permissions`], "permissions").map((item) =>
      parsePermission(operation, item),
    );
  return {
    table: parseTableName(object.table),
    configuration: parseTableConfiguration(object.configuration),
    permissions: {
      select: permissions("select"),
      insert: permissions("insert"),
      update: permissions("update"),
      delete: permissions("delete"),
    },
  };
}

export function parseTableConfiguration(value: Json | undefined): JsonObject {
  if (value === undefined || value === null) return {};
  const object = requireObject(value, "TableConfig");
  refuseOthers(object, ["custom_name", "custom_root_fields"], "table configuration");
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

/** @throws EngineError parse-failed, or naming what the double leaves out. */
export function parseMetadata(value: Json): Metadata {
  const object = requireObject(value, "Metadata");
  refuseOthers(object, ["version", "sources"], "metadata section");
  if (object.version !== undefined && object.version !== 3) throw notInDouble("metadata version");
  const sources = list(object.sources, "sources").map((item) => {
    const source = requireObject(item, "SourceMetadata");
    refuseOthers(source, ["name", "kind", "tables", "configuration"], "source member");
    const kind = source.kind ?? "postgres";
    if (kind !== "postgres") throw notInDouble(`source kind ${JSON.stringify(kind)}`);
    return {
      name: requireText(source, "name"),
      configuration: parseSourceConfiguration(source.configuration),
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

export function formatMetadata(metadata: Metadata): JsonObject {
  const sources = sorted(metadata.sources, ({ name }) => name).map((source) => ({
    name: source.name,
    kind: "postgres",
    tables: sorted(source.tables, ({ table }) => `${table.schema}\0${table.name}`).map(formatTable),
    configuration: source.configuration,
  }));
  return { version: 3, sources };
}

/** The engine exports sources and tables by name and permissions by role, whatever order they came in. */
function sorted<T>(items: T[], key: (item: T) => string): T[] {
  return items.toSorted((left, right) => (key(left) < key(right) ? -1 : 1));
}

function formatTable({ table, configuration, permissions }: TableMetadata): JsonObject {
  const result: JsonObject = { table };
  if (!isEmpty(configuration)) result.configuration = configuration;
  for (const operation of OPERATIONS) {
    if (permissions[operation].length > 0) {
      result[`${operation}_permissions`] = sorted(permissions[operation], ({ role }) => role);
    }
  }
  return result;
}
