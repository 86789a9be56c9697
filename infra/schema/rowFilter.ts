import { hasSecretMark } from "../secrecy/credentials";
import { isObject } from "../validation/isObject";

/** A table as metadata names it: a text, or an object with schema (of BigQuery: dataset) and name; `public` is left out. */
export function tableName(table: unknown): string {
  if (!isObject(table)) return typeof table === "string" ? table : JSON.stringify(table ?? "");
  const parts = [table.schema ?? table.dataset, table.name].filter((it) => it !== undefined);
  return parts.filter((it, at) => at > 0 || it !== "public").join(".");
}

/** Words for a filter that no row passes. */
export const NO_ROW = "no row";

/** A row filter in words, so that equal filters have equal words; undefined where every row passes. */
export function rowFilter(filter: unknown): string | undefined {
  const condition = conditionOf(filter ?? {});
  return isAll(condition) ? undefined : wordsOf(condition);
}

/** Parts that are joined; none of "and" is every row, none of "or" is no row, and one alone is itself. */
interface Condition {
  joint: "and" | "or";
  parts: readonly string[];
}

const isAll = ({ joint, parts }: Condition) => parts.length === 0 && joint === "and";
const isNone = ({ joint, parts }: Condition) => parts.length === 0 && joint === "or";
const alone = (part: string): Condition => ({ joint: "and", parts: [part] });

function wordsOf({ joint, parts }: Condition): string {
  if (parts.length === 0) return joint === "and" ? "every row" : NO_ROW;
  return parts.join(` ${joint} `);
}

function conditionOf(filter: unknown): Condition {
  if (!isObject(filter)) return alone(JSON.stringify(filter));
  return joined(
    "and",
    Object.entries(filter).map(([key, value]) => partOf(key, value)),
  );
}

/** Old metadata writes `$and` for `_and`. */
function partOf(key: string, value: unknown): Condition {
  const list = Array.isArray(value) ? value : [value];
  switch (operatorOf(key)) {
    case "and":
      return joined("and", list.map(conditionOf));
    case "or":
      return joined("or", list.map(conditionOf));
    case "not":
      return not(conditionOf(value));
    case "exists":
      return alone(exists(value));
    default:
      return fieldOf(key, value);
  }
}

function operatorOf(key: string): string | undefined {
  return /^[_$]([a-z_]+)$/.exec(key)?.[1];
}

function joined(joint: "and" | "or", conditions: readonly Condition[]): Condition {
  const [decides, isNeutral] = joint === "and" ? [isNone, isAll] : [isAll, isNone];
  const decided = conditions.find(decides);
  if (decided !== undefined) return decided;
  const parts = conditions
    .filter((it) => !isNeutral(it))
    .flatMap((it) =>
      it.joint === joint || it.parts.length === 1 ? it.parts : [`(${wordsOf(it)})`],
    );
  return { joint, parts: [...new Set(parts)].sort() };
}

function not(condition: Condition): Condition {
  if (isAll(condition)) return { joint: "or", parts: [] };
  return isNone(condition) ? { joint: "and", parts: [] } : alone(`not (${wordsOf(condition)})`);
}

function exists(value: unknown): string {
  const { _table: table, _where: where = {} } = isObject(value) ? value : {};
  return `exists ${tableName(table)}(${wordsOf(conditionOf(where))})`;
}

/** Operators of Hasura, and how a reader writes them; the others keep their names. */
const OPERATORS: Readonly<Record<string, string>> = {
  eq: "=",
  ne: "<>",
  neq: "<>",
  gt: ">",
  lt: "<",
  gte: ">=",
  lte: "<=",
  nin: "not in",
};

/** Conditions on a column, or those that one related row has to meet together. */
function fieldOf(name: string, value: unknown): Condition {
  if (!isObject(value)) return alone(`${name} = ${literal(value)}`);
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([key]) => isComparison(key))) {
    return joined(
      "and",
      entries.map(([key, operand]) => alone(comparison(name, key, operand))),
    );
  }
  const inner = conditionOf(value);
  const isSingle = inner.parts.length === 1 && !entries.some(([key]) => operatorOf(key));
  return alone(isSingle ? `${name}.${inner.parts[0]}` : `${name}(${wordsOf(inner)})`);
}

function isComparison(key: string): boolean {
  const operator = operatorOf(key);
  return operator !== undefined && !["and", "or", "not", "exists"].includes(operator);
}

function comparison(name: string, key: string, operand: unknown): string {
  const operator = operatorOf(key) ?? key;
  if (operator === "is_null") return `${name} is ${operand === false ? "not " : ""}null`;
  return `${name} ${OPERATORS[operator] ?? operator} ${literal(operand, operator)}`;
}

/** Session variables are the same in any case, and a list of values in any order. */
function literal(value: unknown, operator = "eq"): string {
  if (typeof value === "string" && /^x-hasura-/i.test(value)) return value.toLowerCase();
  if (typeof value === "string" && hasSecretMark(value)) return "***";
  if (isObject(value)) return `(${wordsOf(conditionOf(value))})`;
  if (!Array.isArray(value)) return JSON.stringify(value);
  const items = value.map((item) => literal(item));
  return `[${(/^n?in$/.test(operator) ? [...new Set(items)].sort() : items).join(", ")}]`;
}
