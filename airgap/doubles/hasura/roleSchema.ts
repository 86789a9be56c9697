import {
  type GraphQLArgumentConfig,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLString,
} from "graphql";
import type { LiveTable } from "./liveTable";
import { accessOf } from "./permissionAccess";
import { ScalarTypes } from "./scalarTypes";
import type { Viewer } from "./session";
import * as resolvers from "./tableResolvers";
import {
  columnsInput,
  conflictInput,
  type Fields,
  mutationResponse,
  nonNullList,
  type Resolvable,
  TableTypes,
} from "./tableTypes";

const NOTHING_TRACKED =
  "There are no queries available to the current role. Either there are no sources or remote " +
  "schemas configured, or the current role doesn't have the required permissions.";

/** The GraphQL schema one role sees: only what its permissions allow. */
export function buildRoleSchema(
  tables: LiveTable[],
  viewer: Viewer,
  stringifyNumbers: boolean,
): GraphQLSchema {
  const scalars = new ScalarTypes(stringifyNumbers);
  const queries: Fields = {};
  const mutations: Fields = {};
  const readable = readableTables(tables, viewer, scalars);
  for (const table of tables) {
    const types = readable.get(table);
    if (types !== undefined) addQueries(queries, types);
    addInsert(mutations, table, viewer, types, scalars);
    addUpdateAndDelete(mutations, table, viewer, types, scalars);
  }
  const object = (name: string, fields: Fields): Resolvable =>
    new GraphQLObjectType({ name, fields });
  const empty = Object.keys(queries).length === 0;
  const placeholder: Fields = {
    no_queries_available: {
      type: new GraphQLNonNull(GraphQLString),
      description: NOTHING_TRACKED,
      resolve: () => NOTHING_TRACKED,
    },
  };
  return new GraphQLSchema({
    query: object("query_root", empty ? placeholder : queries),
    ...(Object.keys(mutations).length === 0
      ? {}
      : { mutation: object("mutation_root", mutations) }),
    ...(empty ? {} : { subscription: object("subscription_root", queries) }),
  });
}

function readableTables(
  tables: LiveTable[],
  viewer: Viewer,
  scalars: ScalarTypes,
): Map<LiveTable, TableTypes> {
  const readable = new Map<LiveTable, TableTypes>();
  for (const table of tables) {
    const select = accessOf(table, "select", viewer);
    if (select === undefined || select.columns.length === 0) continue;
    const types = new TableTypes(table, select, scalars, (other) => readable.get(other));
    readable.set(table, types);
  }
  return readable;
}

function addQueries(queries: Fields, types: TableTypes): void {
  const { table, select } = types;
  const args = types.selectArguments();
  queries[table.rootFields.select] = {
    type: nonNullList(types.row),
    description: `fetch data from the table: "${table.info.name}"`,
    args,
    resolve: resolvers.selectMany(table),
  };
  if (select.allowAggregations) {
    queries[table.rootFields.select_aggregate] = {
      type: new GraphQLNonNull(types.aggregate),
      args,
      resolve: resolvers.selectAggregate(table),
    };
  }
  const key = types.primaryKeyColumns();
  if (key !== undefined) {
    queries[table.rootFields.select_by_pk] = {
      type: types.row,
      description: `fetch data from the table: "${table.info.name}" using primary key columns`,
      args: types.keyArguments(key),
      resolve: resolvers.selectByKey(table),
    };
  }
}

function changeOf(
  table: LiveTable,
  operation: "insert" | "update" | "delete",
  viewer: Viewer,
  types: TableTypes | undefined,
): resolvers.Change | undefined {
  const access = accessOf(table, operation, viewer);
  if (access === undefined) return undefined;
  return { table, access, returning: types?.select.columns ?? [] };
}

function addInsert(
  mutations: Fields,
  table: LiveTable,
  viewer: Viewer,
  types: TableTypes | undefined,
  scalars: ScalarTypes,
): void {
  const change = changeOf(table, "insert", viewer, types);
  if (change === undefined) return;
  const name = `${table.typeName}_insert_input`;
  const input = columnsInput(name, change.access.columns, scalars);
  if (input === undefined) return;
  const update = accessOf(table, "update", viewer);
  const onConflict = conflictInput(table, update?.columns ?? [], types?.boolExp);
  const also: GraphQLFieldConfigArgumentMap =
    onConflict === undefined ? {} : { on_conflict: { type: onConflict } };
  mutations[table.rootFields.insert] = {
    type: response(mutations, table, types),
    description: `insert data into the table: "${table.info.name}"`,
    args: {
      objects: { type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(input))) },
      ...also,
    },
    resolve: resolvers.insertMany(change, update),
  };
  if (types === undefined) return;
  mutations[table.rootFields.insert_one] = {
    type: types.row,
    description: `insert a single row into the table: "${table.info.name}"`,
    args: { object: { type: new GraphQLNonNull(input) }, ...also },
    resolve: resolvers.insertOne(change, update),
  };
}

/** One response type for all mutations of a table. */
function response(mutations: Fields, table: LiveTable, types: TableTypes | undefined): Resolvable {
  const fields = [table.rootFields.insert, table.rootFields.update, table.rootFields.delete];
  for (const field of fields) {
    const known = mutations[field]?.type;
    if (known instanceof GraphQLObjectType) return known;
  }
  return mutationResponse(table, types?.row);
}

/** A role without select permission cannot say `where` about any column. */
function emptyBoolExp(table: LiveTable): GraphQLInputObjectType {
  const boolExp: GraphQLInputObjectType = new GraphQLInputObjectType({
    name: `${table.typeName}_bool_exp`,
    fields: () => ({
      _and: { type: new GraphQLList(new GraphQLNonNull(boolExp)) },
      _not: { type: boolExp },
      _or: { type: new GraphQLList(new GraphQLNonNull(boolExp)) },
    }),
  });
  return boolExp;
}

function addUpdateAndDelete(
  mutations: Fields,
  table: LiveTable,
  viewer: Viewer,
  types: TableTypes | undefined,
  scalars: ScalarTypes,
): void {
  // One for both: GraphQL wants no two types of a name.
  const where = { type: new GraphQLNonNull(types?.boolExp ?? emptyBoolExp(table)) };
  addUpdate(mutations, table, viewer, types, scalars, where);
  addDelete(mutations, table, viewer, types, where);
}

function addUpdate(
  mutations: Fields,
  table: LiveTable,
  viewer: Viewer,
  types: TableTypes | undefined,
  scalars: ScalarTypes,
  where: GraphQLArgumentConfig,
): void {
  const update = changeOf(table, "update", viewer, types);
  if (update === undefined) return;
  const set = columnsInput(`${table.typeName}_set_input`, update.access.columns, scalars);
  const args: GraphQLFieldConfigArgumentMap = set === undefined ? {} : { _set: { type: set } };
  mutations[table.rootFields.update] = {
    type: response(mutations, table, types),
    args: { ...args, where },
    resolve: resolvers.updateMany(update),
  };
  const key = types?.primaryKeyColumns();
  if (types === undefined || key === undefined) return;
  const keyInput = { type: new GraphQLNonNull(types.keyInput(key)) };
  mutations[table.rootFields.update_by_pk] = {
    type: types.row,
    args: { ...args, pk_columns: keyInput },
    resolve: resolvers.updateByKey(update),
  };
}

function addDelete(
  mutations: Fields,
  table: LiveTable,
  viewer: Viewer,
  types: TableTypes | undefined,
  where: GraphQLArgumentConfig,
): void {
  const deletion = changeOf(table, "delete", viewer, types);
  if (deletion === undefined) return;
  mutations[table.rootFields.delete] = {
    type: response(mutations, table, types),
    args: { where },
    resolve: resolvers.deleteMany(deletion),
  };
  const key = types?.primaryKeyColumns();
  if (types === undefined || key === undefined) return;
  mutations[table.rootFields.delete_by_pk] = {
    type: types.row,
    args: types.keyArguments(key),
    resolve: resolvers.deleteByKey(deletion),
  };
}
