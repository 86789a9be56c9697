import { compileBoolExp, type SqlParameters } from "./boolExp";
import { quote } from "./database";
import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import { joinSql, type LiveTable, type Relationship, tableSql } from "./liveTable";
import type { Reader } from "./permissionAccess";
import type { Column } from "./sourceCatalog";

export type Statement = { text: string; values: (string | null)[] };
export type Arguments = Record<string, Json | undefined>;
/** One SQL statement while it is made. */
export type Building = { parameters: SqlParameters; reader: Reader };

/** Rows of a table, with arguments as GraphQL has them. */
type TableQuery = { table: LiveTable; args: Arguments; path: string };
export type RowsQuery = TableQuery & { nested: Nested[] };
export type AggregateQuery = TableQuery & {
  parts: ({ key: string; nodes: Nested[] } | { key: string; counts: Count[] })[];
};
export type Count = { key: string; columns: string[]; distinct: boolean };
/** What a row carries besides its columns, under a key that no column can have. */
export type Nested = { key: string; relationship: Relationship; query: RowsQuery | AggregateQuery };
type Via = { relationship: Relationship; alias: string };

/** Types whose digits would be lost in a JavaScript number; they travel as text. */
const TEXT_NUMBERS = ["int8", "numeric"];
/** Postgres cuts longer names off. */
const MAX_NAME_BYTES = 63;

const ORDERS: Record<string, string> = {
  asc: "asc nulls last",
  asc_nulls_first: "asc nulls first",
  asc_nulls_last: "asc nulls last",
  desc: "desc nulls first",
  desc_nulls_first: "desc nulls first",
  desc_nulls_last: "desc nulls last",
};

function objectSql(items: [name: string, sql: string][], from = ""): string {
  const columns = items.map(([name, sql]) => {
    if (name.length > MAX_NAME_BYTES) throw notInDouble("an alias of more than 62 characters");
    return `${sql} as ${quote(name)}`;
  });
  return `(select row_to_json("@") from (select ${columns.join(", ")} ${from}) "@")`;
}

/** One row as JSON, read from an alias. */
export function rowSql(
  columns: Column[],
  alias: string,
  nested: Nested[],
  building: Building,
): string {
  const own = columns.map(({ name, type }): [string, string] => {
    const cast = TEXT_NUMBERS.includes(type) ? "::text" : "";
    return [name, `${alias}.${quote(name)}${cast}`];
  });
  const others = nested.map(({ key, relationship, query }): [string, string] => {
    const via = { relationship, alias };
    if ("parts" in query) return [key, aggregateSql(query, building, via)];
    if (relationship.kind === "array") return [key, listSql(query, building, via)];
    return [key, `(${rowsSql({ ...query, args: { limit: 1 } }, building, via)})`];
  });
  return objectSql([...own, ...others]);
}

/** A statement of one column `row`. */
export function rowsSql(query: RowsQuery, building: Building, via?: Via): string {
  const alias = building.parameters.nextAlias();
  const { columns, limit } = building.reader.access(query.table);
  const from = fromSql(query, alias, building, via, limit);
  return `select ${rowSql(columns, alias, query.nested, building)} as row ${from}`;
}

function listSql(query: RowsQuery, building: Building, via?: Via): string {
  return `(select coalesce(json_agg(q.row), '[]') from (${rowsSql(query, building, via)}) q)`;
}

/** An object of counts and lists. A count ignores the permission's limit, as the engine's aggregates do. */
export function aggregateSql(query: AggregateQuery, building: Building, via?: Via): string {
  const items = query.parts.map((part): [string, string] => {
    if ("nodes" in part) {
      return [part.key, listSql({ ...query, nested: part.nodes }, building, via)];
    }
    const alias = building.parameters.nextAlias();
    const from = `from (select * ${fromSql(query, alias, building, via)}) ${alias}`;
    const counts = part.counts.map((count): [string, string] => [
      count.key,
      countSql(count, alias),
    ]);
    return [part.key, objectSql(counts, from)];
  });
  return objectSql(items);
}

function countSql({ columns, distinct }: Count, alias: string): string {
  const names = columns.map((name) => `${alias}.${quote(name)}`);
  if (names.length === 0) return "count(*)";
  return `count(${distinct ? "distinct " : ""}${names.length === 1 ? names[0] : `(${names.join(", ")})`})`;
}

function fromSql(
  { table, args, path }: TableQuery,
  alias: string,
  building: Building,
  via: Via | undefined,
  permittedLimit?: number,
): string {
  const { parameters, reader } = building;
  return refusedAt(`${path}.args`, () => {
    const join = via === undefined ? "true" : joinSql(via.relationship, via.alias, alias);
    const condition = conditionSql(table, alias, reader.access(table).filter, args.where, building);
    const limits = [wholeNumber(args, "limit"), permittedLimit].filter(
      (item) => item !== undefined,
    );
    const offset = wholeNumber(args, "offset");
    const parts = [
      `from ${tableSql(table.info)} ${alias} where ${join} and ${condition}`,
      orderSql(table, alias, args.order_by, building),
      limits.length === 0 ? "" : `limit ${parameters.bind(`${Math.min(...limits)}`, "bigint")}`,
      offset === undefined ? "" : `offset ${parameters.bind(`${offset}`, "bigint")}`,
    ];
    return parts.filter((part) => part !== "").join(" ");
  });
}

/** A refusal names the place in the query; a missing session variable has none. */
export function refusedAt<T>(path: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === "not-found") throw error;
    const { code, message, status, internal } = error;
    throw new EngineError(code, message, status, path + error.path.slice(1), internal);
  }
}

function wholeNumber(args: Arguments, name: string): number | undefined {
  const value = args[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number" && value >= 0) return value;
  throw new EngineError("validation-failed", `expecting a non-negative integer for ${name}`);
}

/** What a permission's filter and a client's `where` leave over. */
export function conditionSql(
  table: LiveTable,
  alias: string,
  filter: Json,
  where: Json | undefined,
  { parameters, reader }: Building,
): string {
  const { resolve } = reader;
  const context = { table, alias, parameters, path: "$.where" };
  const permitted = (target: LiveTable, at: string) =>
    compileBoolExp(reader.access(target).filter, { ...context, table: target, alias: at, resolve });
  const own = compileBoolExp(filter, { ...context, resolve });
  const wanted = compileBoolExp(where ?? {}, { ...context, resolve: (value) => value, permitted });
  return `${own} and ${wanted}`;
}

function orderSql(
  table: LiveTable,
  alias: string,
  orderBy: Json | undefined,
  building: Building,
): string {
  const entries = (Array.isArray(orderBy) ? orderBy : []).filter(isJsonObject);
  const items = entries.flatMap((entry) => orderItems(table, alias, entry, building));
  const texts = items.map(({ sql, order }) => `${sql} ${order}`);
  return texts.length === 0 ? "" : `order by ${texts.join(", ")}`;
}

type OrderItem = { sql: string; order: string };

function orderItems(
  table: LiveTable,
  alias: string,
  entry: JsonObject,
  building: Building,
): OrderItem[] {
  return Object.entries(entry).flatMap(([name, value]) => {
    const relationship = table.relationships.find((item) => item.name === name);
    if (relationship !== undefined && isJsonObject(value)) {
      return orderThrough(relationship, alias, value, building);
    }
    const order = ORDERS[String(value)];
    if (order === undefined) {
      throw new EngineError("validation-failed", "unexpected null value for type 'order_by'");
    }
    return [{ sql: `${alias}.${quote(name)}`, order }];
  });
}

function orderThrough(
  relationship: Relationship,
  alias: string,
  entry: JsonObject,
  building: Building,
): OrderItem[] {
  const { target } = relationship;
  const to = building.parameters.nextAlias();
  const { filter } = building.reader.access(target);
  const condition = conditionSql(target, to, filter, undefined, building);
  const from = `from ${tableSql(target.info)} ${to} where ${joinSql(relationship, alias, to)}`;
  return orderItems(target, to, entry, building).map(({ sql, order }) => ({
    sql: `(select ${sql} ${from} and ${condition} limit 1)`,
    order,
  }));
}
