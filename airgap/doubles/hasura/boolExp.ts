import { quote } from "./database";
import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import { joinSql, type LiveTable, type Relationship, tableSql } from "./liveTable";
import { displayName, parseTableName, sameTable } from "./metadataDocument";
import { scalarName } from "./scalarTypes";
import type { Column } from "./sourceCatalog";

/** Collects the parameters of one statement, and names its aliases. */
export class SqlParameters {
  readonly values: (string | null)[] = [];
  private aliases = 0;

  nextAlias(): string {
    this.aliases += 1;
    return `t${this.aliases}`;
  }

  bind(value: string | null, cast: string): string {
    this.values.push(value);
    return `$${this.values.length}::${cast}`;
  }
}

export type BoolExpContext = {
  table: LiveTable;
  alias: string;
  parameters: SqlParameters;
  /** Where the expression stands in a request. */
  path: string;
  /** Replaces session variables in permissions; the identity for a client's `where`. */
  resolve: (value: Json) => Json;
  /** For a client's `where`: what hides rows of the tables that it reaches. A permission sees them all. */
  permitted?: (table: LiveTable, alias: string) => string;
};

const COMPARISONS: Record<string, string> = {
  _eq: "=",
  _ne: "<>",
  _neq: "<>",
  _gt: ">",
  _lt: "<",
  _gte: ">=",
  _lte: "<=",
  _like: "like",
  _nlike: "not like",
  _ilike: "ilike",
  _nilike: "not ilike",
  _regex: "~",
  _iregex: "~*",
  _nregex: "!~",
  _niregex: "!~*",
  _contains: "@>",
  _contained_in: "<@",
};

/** SQL of a boolean expression, from a client's `where` or from a permission. */
export function compileBoolExp(exp: Json, context: BoolExpContext): string {
  if (!isJsonObject(exp)) throw badExp("expected Object for a boolean expression");
  const { path } = context;
  const parts = Object.entries(exp).map(([key, value]) => {
    const operator = key.replace(/^\$/, "_");
    if (operator === "_and" || operator === "_or") {
      return combine(operator, value, { ...context, path: `${path}.${operator}` });
    }
    if (operator === "_not") {
      return `(not ${compileBoolExp(value, { ...context, path: `${path}._not` })})`;
    }
    if (operator === "_exists") return compileExists(value, context);
    const relationship = context.table.relationships.find(({ name }) => name === key);
    if (relationship !== undefined) return compileRelationship(relationship, value, context);
    return compileColumn(key, value, context);
  });
  return parts.length === 0 ? "true" : `(${parts.join(" and ")})`;
}

/** Whether some row that the relationship leads to fits. */
function compileRelationship(
  relationship: Relationship,
  exp: Json,
  context: BoolExpContext,
): string {
  const { target, name } = relationship;
  const alias = context.parameters.nextAlias();
  const path = `${context.path}.${name}`;
  const wanted = compileBoolExp(exp, { ...context, table: target, alias, path });
  const permitted = context.permitted?.(target, alias) ?? "true";
  return existsSql(target, alias, [joinSql(relationship, context.alias, alias), permitted, wanted]);
}

/** Whether some row of a table fits, whatever row is asked about. */
function compileExists(value: Json, context: BoolExpContext): string {
  const { _table: table, _where: where }: JsonObject = isJsonObject(value) ? value : {};
  const name = parseTableName(table);
  const target = context.table.neighbors.find(({ info }) => sameTable(info, name));
  if (target === undefined) throw badExp(`table "${displayName(name)}" does not exist`);
  const alias = context.parameters.nextAlias();
  const path = `${context.path}._exists._where`;
  const fits = compileBoolExp(where ?? {}, { ...context, table: target, alias, path });
  return existsSql(target, alias, [fits]);
}

function existsSql({ info }: LiveTable, alias: string, conditions: string[]): string {
  return `exists (select 1 from ${tableSql(info)} ${alias} where ${conditions.join(" and ")})`;
}

function combine(operator: "_and" | "_or", value: Json, context: BoolExpContext): string {
  const items = Array.isArray(value) ? value : [value];
  const { path } = context;
  const parts = items.map((item, at) =>
    compileBoolExp(item, { ...context, path: `${path}[${at}]` }),
  );
  if (parts.length === 0) return operator === "_and" ? "true" : "false";
  return `(${parts.join(operator === "_and" ? " and " : " or ")})`;
}

function badExp(message: string, path?: string): EngineError {
  return new EngineError("validation-failed", message, 400, path);
}

function compileColumn(name: string, value: Json, context: BoolExpContext): string {
  const column = context.table.info.columns.find((item) => item.name === name);
  if (column === undefined) throw badExp(`column "${name}" does not exist`);
  const operators = isJsonObject(value) ? value : { _eq: value };
  const parts = Object.entries(operators).map(([key, operand]) =>
    compileOperator(column, key.replace(/^\$/, "_"), operand, context),
  );
  return parts.length === 0 ? "true" : `(${parts.join(" and ")})`;
}

function compileOperator(
  column: Column,
  operator: string,
  operand: Json,
  context: BoolExpContext,
): string {
  const left = `${context.alias}.${quote(column.name)}`;
  const value = context.resolve(operand);
  if (value === null) {
    const place = `${context.path}.${column.name}.${operator}`;
    throw badExp(`unexpected null value for type '${scalarName(column.type)}'`, place);
  }
  if (operator === "_is_null") {
    if (typeof value === "string" && !/^(true|false)$/i.test(value)) {
      throw badExp("expected a boolean for _is_null");
    }
    return `(${left} is ${String(value).toLowerCase() === "true" ? "" : "not "}null)`;
  }
  if (operator === "_in" || operator === "_nin") {
    const list = context.parameters.bind(arrayText(value, column), `${column.cast}[]`);
    return operator === "_in" ? `(${left} = any(${list}))` : `(${left} <> all(${list}))`;
  }
  if (operator === "_has_key") {
    return `(${left} ? ${context.parameters.bind(scalarText(value, column), "text")})`;
  }
  const sql = COMPARISONS[operator];
  if (sql === undefined) throw notInDouble(`the operator "${operator}"`);
  return `(${left} ${sql} ${context.parameters.bind(scalarText(value, column), column.cast)})`;
}

/** A JSON value as the text of a column's type. */
export function scalarText(value: Json, column: Column): string | null {
  if (column.type === "json" || column.type === "jsonb") return JSON.stringify(value);
  if (value === null) return null;
  if (column.type.startsWith("_") && Array.isArray(value)) return arrayText(value, column);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A list, or a Postgres array literal that a session variable carries. */
function arrayText(value: Json, column: Column): string {
  if (typeof value === "string") return value;
  if (!Array.isArray(value)) throw badExp("expected a list");
  const element = { ...column, type: column.type.replace(/^_/, "") };
  const items = value.map((item) => {
    const text = scalarText(item, element);
    return text === null ? "NULL" : `"${text.replace(/(["\\])/g, "\\$1")}"`;
  });
  return `{${items.join(",")}}`;
}
