import { compileBoolExp, SqlParameters, scalarText } from "./boolExp";
import { quote } from "./database";
import { EngineError } from "./engineError";
import type { Json, JsonObject } from "./json";
import { type LiveTable, tableSql } from "./liveTable";
import type { Access, Reader } from "./permissionAccess";
import type { Column } from "./sourceCatalog";
import { conditionSql, type Nested, rowSql, type Statement } from "./sqlSelect";

export type Mutation = {
  table: LiveTable;
  access: Access;
  /** Columns a role may read back; none when it has no select permission. */
  returning: Column[];
  reader: Reader;
};

/** `on_conflict` of an insert, and what its role may do to rows that are there. */
export type Conflict = { asked: JsonObject; update: Access | undefined };

/** Rows come back as `row` (JSON text) and `ok`: a check fails where it is false, not where it is null. */
function withResult(
  mutation: Mutation,
  change: string,
  parameters: SqlParameters,
  update?: Access,
): Statement {
  const { access, returning, reader } = mutation;
  const inserted = checkSql(mutation, access.check, parameters);
  const check =
    update === undefined
      ? inserted
      : `case when m."@new" then ${inserted} else ${checkSql(mutation, update.check, parameters)} end`;
  const isNew = update === undefined ? "" : ', t.xmax = 0 as "@new"';
  const row = returning.length === 0 ? "'{}'" : rowSql(returning, "m", [], { parameters, reader });
  return {
    text: `with m as (${change} returning *${isNew}) select ${row}::text as row, coalesce(${check}, true) as ok from m`,
    values: parameters.values,
  };
}

function checkSql({ table, reader }: Mutation, exp: Json, parameters: SqlParameters): string {
  const { resolve } = reader;
  return compileBoolExp(exp, { table, alias: "m", parameters, path: "$", resolve });
}

/** What changed rows lead to, read after the change; the rows themselves are given, as a deleted one is gone. */
export function returningStatement(
  { table, returning, reader }: Mutation,
  rows: string[],
  nested: Nested[],
): Statement {
  const parameters = new SqlParameters();
  const row = rowSql(returning, "m", nested, { parameters, reader });
  const given = parameters.bind(`[${rows.join(",")}]`, "json");
  const from = `json_populate_recordset(null::${tableSql(table.info)}, ${given}) m`;
  return { text: `select ${row}::text as row from ${from}`, values: parameters.values };
}

function columnOf({ info }: LiveTable, name: string): Column {
  const column = info.columns.find((item) => item.name === name);
  if (column === undefined) throw new EngineError("not-exists", `"${name}" does not exist`);
  return column;
}

function conflictSql(
  { table, reader }: Mutation,
  { asked, update }: Conflict,
  parameters: SqlParameters,
): string {
  const target = `on conflict on constraint ${quote(String(asked.constraint))}`;
  const names = Array.isArray(asked.update_columns) ? asked.update_columns.map(String) : [];
  if (update === undefined || names.length === 0) return `${target} do nothing`;
  const condition = conditionSql(table, "t", update.filter, asked.where, { parameters, reader });
  const changes = names.map((name) => `${quote(name)} = excluded.${quote(name)}`);
  const presets = assignments(table, update.set, parameters, reader.resolve);
  return `${target} do update set ${[...changes, ...presets].join(", ")} where ${condition}`;
}

function assignments(
  table: LiveTable,
  set: JsonObject,
  parameters: SqlParameters,
  resolve: Reader["resolve"] = (value) => value,
): string[] {
  return Object.entries(set).map(([name, value]) => {
    const column = columnOf(table, name);
    return `${quote(name)} = ${bindValue(parameters, resolve(value), column)}`;
  });
}

export function insertStatement(
  mutation: Mutation,
  objects: JsonObject[],
  conflict?: Conflict,
): Statement {
  const { access, reader } = mutation;
  const table = mutation.table.info;
  const parameters = new SqlParameters();
  const presets = Object.fromEntries(
    Object.entries(access.set).map(([name, value]) => [name, reader.resolve(value)]),
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
  const upsert = conflict === undefined ? "" : conflictSql(mutation, conflict, parameters);
  const change = `insert into ${tableSql(table)} as t (${names}) values ${tuples.join(", ")} ${upsert}`;
  return withResult(mutation, change, parameters, conflict?.update);
}

function bindValue(parameters: SqlParameters, value: Json, column: Column): string {
  return parameters.bind(value === null ? null : scalarText(value, column), column.cast);
}

export function updateStatement(mutation: Mutation, where: Json, set: JsonObject): Statement {
  const { table, access, reader } = mutation;
  const parameters = new SqlParameters();
  const condition = conditionSql(table, "t", access.filter, where, { parameters, reader });
  const changes = [
    ...assignments(table, set, parameters),
    ...assignments(table, access.set, parameters, reader.resolve),
  ];
  if (changes.length === 0) {
    const text = "at least any one of _set operator is expected";
    throw new EngineError("validation-failed", text);
  }
  const change = `update ${tableSql(table.info)} t set ${changes.join(", ")} where ${condition}`;
  return withResult(mutation, change, parameters);
}

export function deleteStatement(mutation: Mutation, where: Json): Statement {
  const { table, access, reader } = mutation;
  const parameters = new SqlParameters();
  const condition = conditionSql(table, "t", access.filter, where, { parameters, reader });
  const change = `delete from ${tableSql(table.info)} t where ${condition}`;
  return withResult(mutation, change, parameters);
}
