import type { GraphQLFieldResolver, GraphQLResolveInfo } from "graphql";
import { databaseError, type Queryable } from "./database";
import { EngineError } from "./engineError";
import { isJsonObject, type Json, type JsonObject } from "./json";
import { type Access, resolveSessionVariable } from "./permissionAccess";
import type { LiveTable } from "./schemaCache";
import type { Session } from "./session";
import type { Column } from "./sourceCatalog";
import { deleteStatement, insertStatement, type Mutation, updateStatement } from "./sqlMutate";
import { countStatement, type SelectArguments, type Statement, selectStatement } from "./sqlSelect";

export type ExecutionContext = {
  session: Session;
  /** The connection for a table's source: the pool, or a mutation's transaction. */
  connection: (table: LiveTable) => Promise<Queryable>;
};
type Arguments = Record<string, Json | undefined>;
type Resolver = GraphQLFieldResolver<unknown, ExecutionContext, Arguments>;
type ResultRow = { row: string; ok?: boolean };

async function run<Row extends object>(
  context: ExecutionContext,
  table: LiveTable,
  info: GraphQLResolveInfo,
  place: string,
  make: () => Statement,
): Promise<Row[]> {
  const path = `$.selectionSet.${info.fieldName}${place}`;
  const statement = refusedAt(path, make);
  // A query's own failure names no place, a change's does.
  const failurePath = info.parentType.name === "mutation_root" ? path : "$";
  try {
    const connection = await context.connection(table);
    return (await connection.query<Row>(statement.text, statement.values)).rows;
  } catch (error) {
    throw databaseError(error, failurePath);
  }
}

/** What a request asks for wrongly is refused with its place; a missing session variable has none. */
function refusedAt(path: string, make: () => Statement): Statement {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof EngineError) || error.code === "not-found") throw error;
    const { code, message, status, internal } = error;
    throw new EngineError(code, message, status, path + error.path.slice(1), internal);
  }
}

function parseRow({ row }: ResultRow): JsonObject {
  const value: unknown = JSON.parse(row);
  if (!isJsonObject(value)) throw new EngineError("unexpected", "not a row", 500);
  return value;
}

function readArguments(args: Arguments): SelectArguments {
  const { where, order_by: orderBy, limit, offset } = args;
  return {
    ...(where === undefined || where === null ? {} : { where }),
    ...(Array.isArray(orderBy) ? { orderBy: orderBy.filter(isJsonObject) } : {}),
    ...(limit === undefined || limit === null ? {} : { limit: wholeNumber(limit, "limit") }),
    ...(offset === undefined || offset === null ? {} : { offset: wholeNumber(offset, "offset") }),
  };
}

function wholeNumber(value: Json, name: string): number {
  if (typeof value === "number" && value >= 0) return value;
  throw new EngineError("validation-failed", `expecting a non-negative integer for ${name}`);
}

async function selectRows(
  table: LiveTable,
  access: Access,
  args: Arguments,
  context: ExecutionContext,
  info: GraphQLResolveInfo,
): Promise<JsonObject[]> {
  const resolve = resolveSessionVariable(context.session);
  const rows = await run<ResultRow>(context, table, info, ".args", () =>
    selectStatement(table.info, access, readArguments(args), resolve),
  );
  return rows.map(parseRow);
}

export function selectMany(table: LiveTable, access: Access): Resolver {
  return (_, args, context, info) => selectRows(table, access, args, context, info);
}

export function selectByKey(table: LiveTable, access: Access): Resolver {
  return async (_, args, context, info) =>
    (await selectRows(table, access, { where: keyCondition(args) }, context, info))[0] ?? null;
}

function keyCondition(key: Arguments): JsonObject {
  const entries = Object.entries(key).map(([name, value]) => [name, { _eq: value ?? null }]);
  return Object.fromEntries(entries);
}

/** The parent of an aggregate carries the arguments of the root field. */
export function selectAggregate(): Resolver {
  return (_, args) => args;
}

export function selectNodes(table: LiveTable, access: Access): Resolver {
  return (parent, _, context, info) =>
    selectRows(table, access, isJsonObject(parent) ? parent : {}, context, info);
}

export function countRows(table: LiveTable, access: Access): Resolver {
  return async (parent, args, context, info) => {
    const resolve = resolveSessionVariable(context.session);
    const columns = Array.isArray(args.columns) ? { columns: args.columns.map(String) } : {};
    const outer = isJsonObject(parent) ? parent : {};
    const rows = await run<{ count: string }>(context, table, info, ".args", () => {
      const all = { ...readArguments(outer), ...columns, distinct: args.distinct === true };
      return countStatement(table.info, access, all, resolve);
    });
    return Number(rows[0]?.count);
  };
}

export type Change = { table: LiveTable; access: Access; returning: Column[] };

async function mutate(
  change: Change,
  context: ExecutionContext,
  info: GraphQLResolveInfo,
  place: string,
  make: (mutation: Mutation) => Statement,
): Promise<JsonObject[]> {
  const { table, access, returning } = change;
  const resolve = resolveSessionVariable(context.session);
  const rows = await run<ResultRow>(context, table, info, place, () =>
    make({ table: table.info, access, returning, resolve }),
  );
  if (rows.some((row) => row.ok !== true)) {
    throw new EngineError(
      "permission-error",
      "check constraint of an insert/update permission has failed",
      400,
      `$.selectionSet.${info.fieldName}${place}`,
    );
  }
  return rows.map(parseRow);
}

function asResponse(rows: JsonObject[]): JsonObject {
  return { affected_rows: rows.length, returning: rows };
}

function objectsOf(value: Json | undefined): JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}

export function insertMany(change: Change): Resolver {
  return async (_, args, context, info) => {
    const objects = objectsOf(args.objects);
    if (objects.length === 0) return asResponse([]);
    const make = (mutation: Mutation) => insertStatement(mutation, objects);
    return asResponse(await mutate(change, context, info, ".args.objects", make));
  };
}

export function insertOne(change: Change): Resolver {
  return async (_, args, context, info) => {
    const object = isJsonObject(args.object) ? args.object : {};
    const make = (mutation: Mutation) => insertStatement(mutation, [object]);
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
