import {
  GraphQLBoolean,
  GraphQLEnumType,
  type GraphQLInputFieldConfigMap,
  GraphQLInputObjectType,
  GraphQLInt,
  GraphQLList,
  GraphQLNonNull,
  GraphQLScalarType,
  GraphQLString,
} from "graphql";
import { EngineError } from "./engineError";

/**
 * GraphQL's Int as the engine has it for columns: text is left to Postgres, which says what is wrong.
 */
export const intType = new GraphQLScalarType({
  name: "Int",
  description: GraphQLInt.description,
  serialize: GraphQLInt.serialize,
});

const BUILT_IN: Record<string, GraphQLScalarType> = {
  int4: intType,
  bool: GraphQLBoolean,
  text: GraphQLString,
  varchar: GraphQLString,
};
const NAMES: Record<string, string> = { int8: "bigint", int2: "smallint" };
const TEXT_OPERATORS = [
  "_like",
  "_nlike",
  "_ilike",
  "_nilike",
  "_regex",
  "_iregex",
  "_nregex",
  "_niregex",
];

/** The GraphQL name of a column's type. */
export function scalarName(type: string): string {
  return BUILT_IN[type]?.name ?? NAMES[type] ?? type;
}

export const orderByType = new GraphQLEnumType({
  name: "order_by",
  description: "column ordering options",
  values: {
    asc: {},
    asc_nulls_first: {},
    asc_nulls_last: {},
    desc: {},
    desc_nulls_first: {},
    desc_nulls_last: {},
  },
});

/** int8 and numeric arrive as text: a number unless asked otherwise, and never a rounded one. */
function numberSerializer(stringify: boolean): (value: unknown) => unknown {
  return (value) => {
    if (stringify || typeof value !== "string") return value;
    const digits = value.replace(/[^0-9]/g, "").replace(/^0+/, "");
    if (digits.length > 15) {
      throw new EngineError(
        "not-supported",
        "the clerk-hasura double cannot show a number of more than 15 digits; " +
          "set HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES",
        501,
      );
    }
    return Number(value);
  };
}

/** The scalars and comparison types of one GraphQL schema, each made once. */
export class ScalarTypes {
  private readonly scalars = new Map<string, GraphQLScalarType>();
  private readonly comparisons = new Map<string, GraphQLInputObjectType>();

  private readonly stringifyNumbers: boolean;

  constructor(stringifyNumbers: boolean) {
    this.stringifyNumbers = stringifyNumbers;
  }

  scalar(type: string): GraphQLScalarType {
    const builtIn = BUILT_IN[type];
    if (builtIn !== undefined) return builtIn;
    const name = NAMES[type] ?? type;
    const known = this.scalars.get(name);
    if (known !== undefined) return known;
    const numeric = type === "int8" || type === "numeric";
    const scalar = new GraphQLScalarType({
      name,
      ...(numeric ? { serialize: numberSerializer(this.stringifyNumbers) } : {}),
    });
    this.scalars.set(name, scalar);
    return scalar;
  }

  comparison(type: string): GraphQLInputObjectType {
    const scalar = this.scalar(type);
    const known = this.comparisons.get(scalar.name);
    if (known !== undefined) return known;
    const fields: GraphQLInputFieldConfigMap = { _is_null: { type: GraphQLBoolean } };
    for (const operator of ["_eq", "_neq", "_gt", "_gte", "_lt", "_lte"]) {
      fields[operator] = { type: scalar };
    }
    for (const operator of ["_in", "_nin"]) {
      fields[operator] = { type: new GraphQLList(new GraphQLNonNull(scalar)) };
    }
    if (scalar === GraphQLString)
      for (const name of TEXT_OPERATORS) fields[name] = { type: scalar };
    if (type === "jsonb") {
      fields._contains = { type: scalar };
      fields._contained_in = { type: scalar };
      fields._has_key = { type: GraphQLString };
    }
    const created = new GraphQLInputObjectType({
      name: `${scalar.name}_comparison_exp`,
      description: `Boolean expression to compare columns of type "${scalar.name}".`,
      fields,
    });
    this.comparisons.set(scalar.name, created);
    return created;
  }
}
