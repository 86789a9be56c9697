import { compileBoolExp, SqlParameters, scalarText } from "./boolExp";
import { quote } from "./database";
import { EngineError } from "./engineError";
import type { Json, JsonObject } from "./json";
import type { Access } from "./permissionAccess";
import type { Column, TableInfo } from "./sourceCatalog";
import { filterSql, rowSql, type Statement, tableSql } from "./sqlSelect";

export type Mutation = {
  table: TableInfo;
  access: Access;
  /** Columns a role may read back; none when it has no select permission. */
  returning: Column[];
  resolve: (value: Json) => Json;
};

/** Rows come back as `row` (JSON text) and `ok`: a check fails where it is false, not where it is null. */
function withResult(mutation: Mutation, change: string, parameters: SqlParameters): Statement {
  const { table, access, returning, resolve } = mutation;
  const check = compileBoolExp(access.check, {
    table,
    alias: "m",
    parameters,
    path: "$",
    resolve,
  });
  const row = returning.length === 0 ? "'{}'" : rowSql(returning, "m");
  return {
    text: `with m as (${change} returning *) select ${row} as row, coalesce(${check}, true) as ok from m`,
    values: parameters.values,
  };
}

function columnOf(table: TableInfo, name: string): Column {
  const column = table.columns.find((item) => item.name === name);
  if (column === undefined) throw new EngineError("not-exists", `"${name}" does not exist`);
  return column;
}

export function insertStatement(mutation: Mutation, objects: JsonObject[]): Statement {
  const { table, access, resolve } = mutation;
  const parameters = new SqlParameters();
  const presets = Object.fromEntries(
    Object.entries(access.set).map(([name, value]) => [name, resolve(value)]),
  );
  const rows = objects.map((object) => ({ ...object, ...presets }) as JsonObject);
  const used = table.columns.filter((column) =>
    rows.some((row) => Object.hasOwn(row, column.name)),
  );
  const columns = used.length === 0 ? table.columns.slice(0, 1) : used;
  const tuples = rows.map((row) => {
    const values = columns.map((column) => {
      const value = row[column.name];
      return value === undefined ? "default" : bindValue(parameters, value, column);
    });
    return `(${values.join(", ")})`;
  });
  const names = columns.map((column) => quote(column.name)).join(", ");
  const change = `insert into ${tableSql(table)} (${names}) values ${tuples.join(", ")}`;
  return withResult(mutation, change, parameters);
}

function bindValue(parameters: SqlParameters, value: Json, column: Column): string {
  return parameters.bind(value === null ? null : scalarText(value, column), column.cast);
}

export function updateStatement(mutation: Mutation, where: Json, set: JsonObject): Statement {
  const { table, access, resolve } = mutation;
  const { parameters, condition } = filterSql(table, access, where, resolve);
  const presets = Object.entries(access.set).map(
    ([name, value]) => [name, resolve(value)] as const,
  );
  const changes = [...Object.entries(set), ...presets].map(([name, value]) => {
    const column = columnOf(table, name);
    return `${quote(name)} = ${bindValue(parameters, value, column)}`;
  });
  if (changes.length === 0) {
    const text = "at least any one of _set operator is expected";
    throw new EngineError("validation-failed", text);
  }
  const change = `update ${tableSql(table)} t set ${changes.join(", ")} where ${condition}`;
  return withResult(mutation, change, parameters);
}

export function deleteStatement(mutation: Mutation, where: Json): Statement {
  const { table, access, resolve } = mutation;
  const { parameters, condition } = filterSql(table, access, where, resolve);
  return withResult(mutation, `delete from ${tableSql(table)} t where ${condition}`, parameters);
}
