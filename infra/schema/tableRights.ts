import { isObject } from "../validation/isObject";
import {
  type Fields,
  type Item,
  inWords,
  type MetadataReader,
  textIn,
  without,
} from "./metadataReader";
import { Operation, type Right } from "./right";
import { rowFilter, tableName } from "./rowFilter";

/** Real name with its database, unless that is `default`. */
export function objectName(source: string, table: unknown): string {
  return source === "default" ? tableName(table) : `${source}/${tableName(table)}`;
}

/** Keys of a table of which nobody gets a right: names alone. */
const NAMES = ["table", "configuration", "logical_model"];
const SETTINGS = ["apollo_federation_config", "is_enum"];
const RELATIONSHIPS = ["object_relationships", "array_relationships", "remote_relationships"];
const PERMISSIONS = {
  select_permissions: selectRight,
  insert_permissions: insertRight,
  update_permissions: updateRight,
  delete_permissions: deleteRight,
};

const PERMISSION_KEYS = [
  ...["allow_aggregations", "backend_only", "check", "columns", "computed_fields", "filter"],
  ...["limit", "query_root_fields", "set", "subscription_root_fields", "validate_input"],
];

type RightParts = Omit<Right, "role" | "object">;

/** Adds what a tracked table opens. */
export function addTable(reader: MetadataReader, source: string, item: Item): void {
  const { fields } = item;
  const object = objectName(source, fields.table);
  for (const [key, partsOf] of Object.entries(PERMISSIONS)) {
    addPermissions(reader, item, key, object, partsOf);
  }
  for (const { fields: it } of RELATIONSHIPS.flatMap((key) => reader.items(item, key))) {
    reader.expose(Operation.Relationship, `${object}.${textIn(it, "name")}`, without(it, ["name"]));
  }
  for (const { fields: it } of reader.items(item, "computed_fields")) {
    reader.expose(
      Operation.ComputedField,
      `${object}.${textIn(it, "name")}`,
      without(it, ["name"]),
    );
  }
  for (const { fields: it } of reader.items(item, "event_triggers")) {
    addEventTrigger(reader, source, object, it);
  }
  for (const key of SETTINGS.filter((it) => fields[it])) {
    reader.expose(Operation.Setting, `${object}: ${key}`, fields[key]);
  }
  const lists = [
    ...Object.keys(PERMISSIONS),
    ...RELATIONSHIPS,
    "computed_fields",
    "event_triggers",
  ];
  reader.others(item, [...NAMES, ...SETTINGS, ...lists]);
}

function addEventTrigger(reader: MetadataReader, source: string, table: string, it: Fields): void {
  const { enable_manual: byHand, ...events } = isObject(it.definition) ? it.definition : {};
  const when = { ...events, ...(byHand === true && { enable_manual: true }) };
  const rest = without(it, ["cleanup_config", "definition", "name", "retry_conf"]);
  const name = objectName(source, textIn(it, "name"));
  reader.expose(Operation.EventTrigger, name, { table, ...when, ...rest });
}

function addPermissions(
  reader: MetadataReader,
  item: Item,
  key: string,
  object: string,
  partsOf: (permission: Fields) => RightParts,
): void {
  for (const [role, entry] of reader.permissions(item, key)) {
    const { permission } = entry.fields;
    if (isObject(permission)) {
      reader.add({ role, object, ...partsOf(permission) });
      reader.others({ fields: permission, path: `${entry.path}.permission` }, PERMISSION_KEYS);
    } else reader.odd(entry.path, entry.fields);
  }
}

function selectRight(it: Fields): RightParts {
  const computed = textsIn(it.computed_fields).map((name) => `${name}()`);
  const roots = [it.query_root_fields, it.subscription_root_fields].filter(Array.isArray);
  return {
    operation: Operation.Select,
    columns: sorted([...columnsIn(it.columns ?? []), ...computed]),
    ...rowsOf(it.filter),
    ...(typeof it.limit === "number" && { limit: it.limit }),
    ...(it.allow_aggregations === true && { aggregates: true }),
    ...(roots.length > 0 && { rootFields: rootFieldsOf(it) }),
  };
}

/** Query and subscription apart, as far as they are limited. */
function rootFieldsOf(it: Fields): string[] {
  const sides = { query: it.query_root_fields, subscription: it.subscription_root_fields };
  return Object.entries(sides).flatMap(([side, fields]) =>
    Array.isArray(fields)
      ? sorted(textsIn(fields).map((name) => `${side} ${name}`))
      : [`every ${side}`],
  );
}

/** Without a list of columns, all can be set (seen on a released engine). */
function insertRight(it: Fields): RightParts {
  return {
    operation: Operation.Insert,
    columns: sorted(columnsIn(it.columns ?? "*")),
    ...rowsOf(it.check),
    ...writing(it),
  };
}

function updateRight(it: Fields): RightParts {
  const check = rowFilter(it.check);
  return {
    operation: Operation.Update,
    columns: sorted(columnsIn(it.columns ?? "*")),
    ...rowsOf(it.filter),
    ...(check !== undefined && { check }),
    ...writing(it),
  };
}

function deleteRight(it: Fields): RightParts {
  return { operation: Operation.Delete, ...rowsOf(it.filter), ...writing(it) };
}

function rowsOf(filter: unknown): Pick<Right, "rows"> {
  const rows = rowFilter(filter);
  return rows === undefined ? {} : { rows };
}

function writing(it: Fields): Pick<Right, "presets" | "conditions"> {
  const presets = Object.entries(isObject(it.set) ? it.set : {}).map(([column, value]) => {
    const isVariable = typeof value === "string" && /^x-hasura-/i.test(value);
    return `${column} = ${isVariable ? value.toLowerCase() : "a constant"}`;
  });
  const conditions = [
    ...(it.backend_only === true ? ["backend_only"] : []),
    ...(it.validate_input ? [`validate_input ${inWords(it.validate_input)}`] : []),
  ];
  return {
    ...(presets.length > 0 && { presets: sorted(presets) }),
    ...(conditions.length > 0 && { conditions }),
  };
}

function columnsIn(value: unknown): string[] {
  return value === "*" ? ["*"] : textsIn(value);
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.map((it) => (typeof it === "string" ? it : inWords(it))) : [];
}

function sorted(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

/** Adds what a logical model opens: the native queries that return it. */
export function addLogicalModel(reader: MetadataReader, source: string, item: Item): void {
  const object = objectName(source, textIn(item.fields, "name"));
  addPermissions(reader, item, "select_permissions", object, selectRight);
  reader.others(item, ["name", "fields", "description", "select_permissions"]);
}
