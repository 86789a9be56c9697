import { compileBoolExp, SqlParameters } from "./boolExp";
import { quote } from "./database";
import { EngineError } from "./engineError";
import type { Json, JsonObject } from "./json";
import type { Access } from "./permissionAccess";
import type { Column, TableInfo } from "./sourceCatalog";

export type Statement = { text: string; values: (string | null)[] };
export type SelectArguments = {
  where?: Json;
  orderBy?: JsonObject[];
  limit?: number;
  offset?: number;
};

/** Types whose digits would be lost in a JavaScript number; they travel as text. */
export const TEXT_NUMBERS = ["int8", "numeric"];

const ORDERS: Record<string, string> = {
  asc: "asc nulls last",
  asc_nulls_first: "asc nulls first",
  asc_nulls_last: "asc nulls last",
  desc: "desc nulls first",
  desc_nulls_first: "desc nulls first",
  desc_nulls_last: "desc nulls last",
};

export function tableSql(table: TableInfo): string {
  return `${quote(table.schema)}.${quote(table.name)}`;
}

/** The columns of one row as JSON text, read from an alias. */
export function rowSql(columns: Column[], alias: string): string {
  const items = columns.map((column) => {
    const cast = TEXT_NUMBERS.includes(column.type) ? "::text" : "";
    return `${alias}.${quote(column.name)}${cast} as ${quote(column.name)}`;
  });
  return `(select row_to_json(x)::text from (select ${items.join(", ")}) x)`;
}

type Filtered = { parameters: SqlParameters; condition: string };

export function filterSql(
  table: TableInfo,
  access: Access,
  where: Json | undefined,
  resolve: (value: Json) => Json,
): Filtered {
  const parameters = new SqlParameters();
  const context = { table, alias: "t", parameters, path: "$.where" };
  const permitted = compileBoolExp(access.filter, { ...context, resolve });
  const wanted = compileBoolExp(where ?? {}, { ...context, resolve: (value: Json) => value });
  return { parameters, condition: `${permitted} and ${wanted}` };
}

export function selectStatement(
  table: TableInfo,
  access: Access,
  args: SelectArguments,
  resolve: (value: Json) => Json,
): Statement {
  const { parameters, condition } = filterSql(table, access, args.where, resolve);
  const limits = [args.limit, access.limit].filter((item) => item !== undefined);
  const parts = [
    `select ${rowSql(access.columns, "t")} as row from ${tableSql(table)} t where ${condition}`,
    orderSql(args.orderBy ?? []),
    limits.length === 0 ? "" : `limit ${parameters.bind(String(Math.min(...limits)), "bigint")}`,
    args.offset === undefined ? "" : `offset ${parameters.bind(String(args.offset), "bigint")}`,
  ];
  return { text: parts.filter((part) => part !== "").join(" "), values: parameters.values };
}

function orderSql(orderBy: JsonObject[]): string {
  const items = orderBy.flatMap((entry) =>
    Object.entries(entry).map(([name, direction]) => {
      const order = ORDERS[String(direction)];
      if (order === undefined) {
        throw new EngineError("validation-failed", "unexpected null value for type 'order_by'");
      }
      return `t.${quote(name)} ${order}`;
    }),
  );
  return items.length === 0 ? "" : `order by ${items.join(", ")}`;
}

/** A count ignores the permission's limit, as the engine's aggregates do. */
export function countStatement(
  table: TableInfo,
  access: Access,
  args: SelectArguments & { columns?: string[]; distinct?: boolean },
  resolve: (value: Json) => Json,
): Statement {
  const { parameters, condition } = filterSql(table, access, args.where, resolve);
  const limit =
    args.limit === undefined ? "" : `limit ${parameters.bind(`${args.limit}`, "bigint")}`;
  const offset =
    args.offset === undefined ? "" : `offset ${parameters.bind(`${args.offset}`, "bigint")}`;
  const columns = (args.columns ?? []).map((name) => `t.${quote(name)}`);
  const counted =
    columns.length === 0
      ? "*"
      : `${args.distinct === true ? "distinct " : ""}${columns.length === 1 ? columns[0] : `(${columns.join(", ")})`}`;
  const inner = `select * from ${tableSql(table)} t where ${condition} ${orderSql(args.orderBy ?? [])} ${limit} ${offset}`;
  return { text: `select count(${counted}) as count from (${inner}) t`, values: parameters.values };
}
