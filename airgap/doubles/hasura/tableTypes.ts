import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  type GraphQLFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
} from "graphql";
import { isJsonObject, type Json } from "./json";
import type { LiveTable, Relationship } from "./liveTable";
import type { Access } from "./permissionAccess";
import { intType, orderByType, type ScalarTypes } from "./scalarTypes";
import type { Column } from "./sourceCatalog";
import { type ExecutionContext, readNested } from "./tableResolvers";

export type Resolvable = GraphQLObjectType<unknown, ExecutionContext>;
export type Fields = GraphQLFieldConfigMap<unknown, ExecutionContext>;

function isEmpty(filter: Json): boolean {
  return isJsonObject(filter) && Object.keys(filter).length === 0;
}

export function nonNullList<T extends GraphQLObjectType | GraphQLEnumType>(type: T) {
  return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
}

/** The GraphQL types of one table for one role. */
export class TableTypes {
  readonly boolExp: GraphQLInputObjectType;
  readonly row: Resolvable;
  readonly aggregate: Resolvable;
  private readonly orderBy: GraphQLInputObjectType;

  readonly table: LiveTable;
  readonly select: Access;
  private readonly scalars: ScalarTypes;
  private readonly typesOf: (table: LiveTable) => TableTypes | undefined;

  constructor(
    table: LiveTable,
    select: Access,
    scalars: ScalarTypes,
    typesOf: (table: LiveTable) => TableTypes | undefined,
  ) {
    this.table = table;
    this.select = select;
    this.scalars = scalars;
    this.typesOf = typesOf;
    const { typeName } = table;
    this.row = this.rowType();
    this.aggregate = this.aggregateType();
    const boolExp: GraphQLInputObjectType = new GraphQLInputObjectType({
      name: `${typeName}_bool_exp`,
      description:
        `Boolean expression to filter rows from the table "${typeName}". ` +
        "All fields are combined with a logical 'AND'.",
      fields: () => ({
        _and: { type: new GraphQLList(new GraphQLNonNull(boolExp)) },
        _not: { type: boolExp },
        _or: { type: new GraphQLList(new GraphQLNonNull(boolExp)) },
        ...this.fields(select.columns, (column) => scalars.comparison(column.type)),
        ...this.reachable((_, target) => target.boolExp),
      }),
    });
    this.boolExp = boolExp;
    this.orderBy = new GraphQLInputObjectType({
      name: `${typeName}_order_by`,
      fields: () => ({
        ...this.fields(select.columns, () => orderByType),
        ...this.reachable(({ kind }, target) => (kind === "object" ? target.orderBy : undefined)),
      }),
    });
  }

  /** A field for each relationship to a table that the role may read too. */
  private reachable<T>(
    type: (relationship: Relationship, target: TableTypes) => T | undefined,
  ): Record<string, { type: T }> {
    const fields: Record<string, { type: T }> = {};
    for (const relationship of this.table.relationships) {
      const target = this.typesOf(relationship.target);
      const found = target === undefined ? undefined : type(relationship, target);
      if (found !== undefined) fields[relationship.name] = { type: found };
    }
    return fields;
  }

  private fields<T>(columns: Column[], type: (column: Column) => T): Record<string, { type: T }> {
    return Object.fromEntries(columns.map((column) => [column.name, { type: type(column) }]));
  }

  private rowType(): Resolvable {
    const scalar = (column: Column) => {
      const type = this.scalars.scalar(column.type);
      return column.nullable ? type : new GraphQLNonNull(type);
    };
    return new GraphQLObjectType({
      name: this.table.typeName,
      description: `columns and relationships of "${this.table.info.name}"`,
      fields: () => ({
        ...this.fields(this.select.columns, scalar),
        ...Object.assign({}, ...this.table.relationships.map((item) => this.nestedFields(item))),
      }),
    });
  }

  private nestedFields(relationship: Relationship): Fields {
    const { name, kind } = relationship;
    const target = this.typesOf(relationship.target);
    if (target === undefined) return {};
    if (kind === "object") {
      // The role's filter may hide a row that is there.
      const sure = relationship.alwaysThere && isEmpty(target.select.filter);
      const type = sure ? new GraphQLNonNull(target.row) : target.row;
      return { [name]: { type, resolve: readNested } };
    }
    const args = target.selectArguments();
    const type = nonNullList(target.row);
    const fields: Fields = { [name]: { type, args, resolve: readNested } };
    if (target.select.allowAggregations) {
      const aggregate = new GraphQLNonNull(target.aggregate);
      fields[`${name}_aggregate`] = { type: aggregate, args, resolve: readNested };
    }
    return fields;
  }

  selectArguments(): GraphQLFieldConfigArgumentMap {
    return {
      limit: { type: intType },
      offset: { type: intType },
      order_by: { type: new GraphQLList(new GraphQLNonNull(this.orderBy)) },
      where: { type: this.boolExp },
    };
  }

  primaryKeyColumns(): Column[] | undefined {
    const key = this.table.info.primaryKey;
    const columns = this.select.columns.filter((column) => key.includes(column.name));
    return key.length > 0 && columns.length === key.length ? columns : undefined;
  }

  keyArguments(columns: Column[]): GraphQLFieldConfigArgumentMap {
    return this.fields(columns, (column) => new GraphQLNonNull(this.scalars.scalar(column.type)));
  }

  keyInput(columns: Column[]): GraphQLInputObjectType {
    return new GraphQLInputObjectType({
      name: `${this.table.typeName}_pk_columns_input`,
      fields: this.keyArguments(columns),
    });
  }

  private aggregateType(): Resolvable {
    const { typeName } = this.table;
    const column = new GraphQLEnumType({
      name: `${typeName}_select_column`,
      values: Object.fromEntries(this.select.columns.map(({ name }) => [name, {}])),
    });
    const fields: Resolvable = new GraphQLObjectType({
      name: `${typeName}_aggregate_fields`,
      fields: {
        count: {
          type: new GraphQLNonNull(intType),
          args: {
            columns: { type: new GraphQLList(new GraphQLNonNull(column)) },
            distinct: { type: GraphQLBoolean },
          },
          resolve: readNested,
        },
      },
    });
    return new GraphQLObjectType({
      name: `${typeName}_aggregate`,
      fields: {
        aggregate: { type: fields, resolve: readNested },
        nodes: { type: nonNullList(this.row), resolve: readNested },
      },
    });
  }
}

/** Input type of an insert or update: what the role may set. */
export function columnsInput(
  name: string,
  columns: Column[],
  scalars: ScalarTypes,
): GraphQLInputObjectType | undefined {
  if (columns.length === 0) return undefined;
  const fields = columns.map((column) => [column.name, { type: scalars.scalar(column.type) }]);
  return new GraphQLInputObjectType({ name, fields: Object.fromEntries(fields) });
}

/** `on_conflict` of an insert, where the table has a constraint to name. */
export function conflictInput(
  { typeName, info }: LiveTable,
  updatable: Column[],
  where: GraphQLInputObjectType | undefined,
): GraphQLInputObjectType | undefined {
  if (info.uniqueConstraints.length === 0) return undefined;
  const enumOf = (name: string, values: string[]) =>
    new GraphQLEnumType({
      name: `${typeName}_${name}`,
      values: Object.fromEntries(values.map((value) => [value, {}])),
    });
  const names = updatable.map(({ name }) => name);
  const columns = enumOf("update_column", names.length === 0 ? ["_PLACEHOLDER"] : names);
  return new GraphQLInputObjectType({
    name: `${typeName}_on_conflict`,
    fields: {
      constraint: { type: new GraphQLNonNull(enumOf("constraint", info.uniqueConstraints)) },
      update_columns: { type: nonNullList(columns), defaultValue: [] },
      ...(where === undefined ? {} : { where: { type: where } }),
    },
  });
}

/** `affected_rows`, and `returning` for a role that may read the table. */
export function mutationResponse(table: LiveTable, row: Resolvable | undefined): Resolvable {
  return new GraphQLObjectType({
    name: `${table.typeName}_mutation_response`,
    description: `response of any mutation on the table "${table.info.name}"`,
    fields: {
      affected_rows: { type: new GraphQLNonNull(intType) },
      ...(row === undefined ? {} : { returning: { type: nonNullList(row) } }),
    },
  });
}
