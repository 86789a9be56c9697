import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { SqlParameters } from "./boolExp";
import { databaseError, type Queryable } from "./database";
import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import type { LiveTable } from "./liveTable";
import { type Access, readerFor } from "./permissionAccess";
import { aggregateQuery, askedFields, nestedKey, rootLevel, rowsQuery } from "./selection";
import type { Session } from "./session";
import type { Column } from "./sourceCatalog";
import {
  type Conflict,
  deleteStatement,
  insertStatement,
  type Mutation,
  returningStatement,
  updateStatement,
} from "./sqlMutate";
import {
  type Arguments,
  aggregateSql,
  type Building,
  type Nested,
  refusedAt,
  rowsSql,
  type Statement,
} from "./sqlSelect";

export type ExecutionContext = {
  session: Session;
  /** The connection for a table's source: the pool, or a mutation's transaction. */
  connection: (table: LiveTable) => Promise<Queryable>;
};
type Resolver = GraphQLFieldResolver<unknown, ExecutionContext, Arguments>;
type ResultRow = { row: string; ok?: boolean };

async function run(
  context: ExecutionContext,
  table: LiveTable,
  statement: Statement,
  failurePath: string,
): Promise<ResultRow[]> {
  try {
    const connection = await context.connection(table);
    return (await connection.query<ResultRow>(statement.text, statement.values)).rows;
  } catch (error) {
    throw databaseError(error, failurePath);
  }
}

function parseRow({ row }: ResultRow): JsonObject {
  const value: unknown = JSON.parse(row);
  if (!isJsonObject(value)) throw new EngineError("unexpected", "not a row", 500);
  return value;
}

/** One statement for a root field with all that is below it. A failure in it names no place. */
async function read(
  table: LiveTable,
  context: ExecutionContext,
  make: (building: Building) => string,
): Promise<JsonObject[]> {
  const building = { parameters: new SqlParameters(), reader: readerFor(context.session) };
  const text = `select q.row::text as row from (${make(building)}) q`;
  const { values } = building.parameters;
  return (await run(context, table, { text, values }, "$")).map(parseRow);
}

function pathOf(info: GraphQLResolveInfo): string {
  return `$.selectionSet.${info.fieldName}`;
}

function selectRows(
  table: LiveTable,
  args: Arguments,
  context: ExecutionContext,
  info: GraphQLResolveInfo,
): Promise<JsonObject[]> {
  const query = rowsQuery(table, args, rootLevel(info), info, pathOf(info));
  return read(table, context, (building) => rowsSql(query, building));
}

export function selectMany(table: LiveTable): Resolver {
  return (_, args, context, info) => selectRows(table, args, context, info);
}

export function selectByKey(table: LiveTable): Resolver {
  return async (_, args, context, info) =>
    (await selectRows(table, { where: keyCondition(args) }, context, info))[0] ?? null;
}

function keyCondition(key: Arguments): JsonObject {
  const entries = Object.entries(key).map(([name, value]) => [name, { _eq: value ?? null }]);
  return Object.fromEntries(entries);
}

export function selectAggregate(table: LiveTable): Resolver {
  return async (_, args, context, info) => {
    const query = aggregateQuery(table, args, rootLevel(info), info, pathOf(info));
    const make = (building: Building) => `select ${aggregateSql(query, building)} as row`;
    return (await read(table, context, make))[0];
  };
}

/** What the statement of the root field brought along. */
export const readNested: Resolver = (parent, _args, _context, info) =>
  isJsonObject(parent) ? parent[nestedKey(info.path.key)] : undefined;

export type Change = { table: LiveTable; access: Access; returning: Column[] };

async function mutate(
  change: Change,
  context: ExecutionContext,
  info: GraphQLResolveInfo,
  place: string,
  make: (mutation: Mutation) => Statement,
): Promise<JsonObject[]> {
  const { table, access } = change;
  const path = `${pathOf(info)}${place}`;
  const nested = nestedOfChange(table, info);
  const reader = readerFor(context.session);
  const mutation = { table, access, returning: change.returning, reader };
  // Relationships start from columns that the role itself may not be able to read.
  const whole = nested.length === 0 ? mutation : { ...mutation, returning: table.info.columns };
  const statement = refusedAt(path, () => make(whole));
  const rows = await run(context, table, statement, path);
  if (rows.some((row) => row.ok !== true)) {
    const text = "check constraint of an insert/update permission has failed";
    throw new EngineError("permission-error", text, 400, path);
  }
  if (nested.length === 0) return rows.map(parseRow);
  const changed = rows.map(({ row }) => row);
  const answer = returningStatement(mutation, changed, nested);
  return (await run(context, table, answer, path)).map(parseRow);
}

/** The fields selected below `returning`, or below the root field where that is the row itself. */
function nestedOfChange(table: LiveTable, info: GraphQLResolveInfo): Nested[] {
  const root = rootLevel(info);
  const path = pathOf(info);
  if (root?.type.name === table.typeName) return rowsQuery(table, {}, root, info, path).nested;
  const returning = askedFields(root, info, path).filter(({ name }) => name === "returning");
  const [nested = [], ...others] = returning
    .map((field) => rowsQuery(table, {}, field.level, info, field.path).nested)
    .filter((item) => item.length > 0);
  if (others.length > 0) throw notInDouble("relationships in more than one returning");
  return nested;
}

function asResponse(rows: JsonObject[]): JsonObject {
  return { affected_rows: rows.length, returning: rows };
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

/** What to do with rows that a constraint refuses; a role changes them by its update permission. */
function conflictOf(args: Arguments, update: Access | undefined): Conflict | undefined {
  return isJsonObject(args.on_conflict) ? { asked: args.on_conflict, update } : undefined;
}

export function insertMany(change: Change, update: Access | undefined): Resolver {
  return async (_, args, context, info) => {
    const objects = objectsOf(args.objects);
    if (objects.length === 0) return asResponse([]);
    const make = (mutation: Mutation) =>
      insertStatement(mutation, objects, conflictOf(args, update));
    return asResponse(await mutate(change, context, info, ".args.objects", make));
  };
}

export function insertOne(change: Change, update: Access | undefined): Resolver {
  return async (_, args, context, info) => {
    const object = isJsonObject(args.object) ? args.object : {};
    const make = (mutation: Mutation) =>
      insertStatement(mutation, [object], conflictOf(args, update));
    return (await mutate(change, context, info, ".args.object", make))[0] ?? null;
  };
}

function setOf(args: Arguments): JsonObject {
  return isJsonObject(args._set) ? args._set : {};
}

export function updateMany(change: Change): Resolver {
  return async (_, args, context, info) => {
    const make = (m: Mutation) => updateStatement(m, args.where ?? {}, setOf(args));
    return asResponse(await mutate(change, context, info, ".args", make));
  };
}

export function updateByKey(change: Change): Resolver {
  return async (_, args, context, info) => {
    const key = isJsonObject(args.pk_columns) ? args.pk_columns : {};
    const make = (m: Mutation) => updateStatement(m, keyCondition(key), setOf(args));
    return (await mutate(change, context, info, ".args", make))[0] ?? null;
  };
}

export function deleteMany(change: Change): Resolver {
  return async (_, args, context, info) => {
    const make = (m: Mutation) => deleteStatement(m, args.where ?? {});
    return asResponse(await mutate(change, context, info, ".args", make));
  };
}

export function deleteByKey(change: Change): Resolver {
  return async (_, args, context, info) => {
    const make = (m: Mutation) => deleteStatement(m, keyCondition(args));
    return (await mutate(change, context, info, ".args", make))[0] ?? null;
  };
}
