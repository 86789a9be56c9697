import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLFieldConfigArgumentMap,
  GraphQLInputObjectType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
} from "graphql";
import type { Access } from "./permissionAccess";
import { intType, orderByType, type ScalarTypes } from "./scalarTypes";
import type { LiveTable } from "./schemaCache";
import type { Column } from "./sourceCatalog";
import { countRows, type ExecutionContext, selectNodes } from "./tableResolvers";

export type Resolvable = GraphQLObjectType<unknown, ExecutionContext>;

function nonNullList<T extends GraphQLObjectType | GraphQLInputObjectType>(type: T) {
  return new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type)));
}

/** The GraphQL types of one table for one role. */
export class TableTypes {
  readonly boolExp: GraphQLInputObjectType;
  readonly row: Resolvable;
  private readonly orderBy: GraphQLInputObjectType;

  readonly table: LiveTable;
  readonly select: Access;
  private readonly scalars: ScalarTypes;

  constructor(table: LiveTable, select: Access, scalars: ScalarTypes) {
    this.table = table;
    this.select = select;
    this.scalars = scalars;
    const { typeName } = table;
    this.row = this.rowType();
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
      }),
    });
    this.boolExp = boolExp;
    this.orderBy = new GraphQLInputObjectType({
      name: `${typeName}_order_by`,
      fields: () => this.fields(select.columns, () => orderByType),
    });
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
      fields: () => this.fields(this.select.columns, scalar),
    });
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

  aggregate(): Resolvable {
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
          resolve: countRows(this.table, this.select),
        },
      },
    });
    return new GraphQLObjectType({
      name: `${typeName}_aggregate`,
      fields: {
        aggregate: { type: fields, resolve: (parent) => parent },
        nodes: { type: nonNullList(this.row), resolve: selectNodes(this.table, this.select) },
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
