import {
  type FieldNode,
  GraphQLIncludeDirective,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSkipDirective,
  getArgumentValues,
  getDirectiveValues,
  getNamedType,
  isObjectType,
  Kind,
  type SelectionNode,
} from "graphql";
import type { LiveTable } from "./liveTable";
import type { AggregateQuery, Arguments, Nested, RowsQuery } from "./sqlSelect";

/** A selected field, under its name in the response. */
type Asked = { key: string; name: string; args: Arguments; path: string; level?: Level };
/** Where fields are asked for: what is selected of one object. */
export type Level = { type: GraphQLObjectType; nodes: readonly FieldNode[] };

/** The key of a nested value in its row: no column has such a name. */
export function nestedKey(responseKey: string | number): string {
  return `@${responseKey}`;
}

/** What a root field asks for of its table's rows, with all that is below. */
export function rootLevel(info: GraphQLResolveInfo): Level | undefined {
  const type = getNamedType(info.returnType);
  return isObjectType(type) ? { type, nodes: info.fieldNodes } : undefined;
}

export function rowsQuery(
  table: LiveTable,
  args: Arguments,
  level: Level | undefined,
  info: GraphQLResolveInfo,
  path: string,
): RowsQuery {
  return { table, args, path, nested: nestedOf(table, level, info, path) };
}

export function aggregateQuery(
  table: LiveTable,
  args: Arguments,
  level: Level | undefined,
  info: GraphQLResolveInfo,
  path: string,
): AggregateQuery {
  const parts = askedFields(level, info, path).map((field) => {
    const key = nestedKey(field.key);
    if (field.name === "nodes") {
      return { key, nodes: nestedOf(table, field.level, info, field.path) };
    }
    const counts = askedFields(field.level, info, field.path).map((count) => ({
      key: nestedKey(count.key),
      columns: [count.args.columns ?? []].flat().map(String),
      distinct: count.args.distinct === true,
    }));
    return { key, counts };
  });
  return { table, args, path, parts };
}

function nestedOf(
  table: LiveTable,
  level: Level | undefined,
  info: GraphQLResolveInfo,
  path: string,
): Nested[] {
  return askedFields(level, info, path).flatMap((field): Nested[] => {
    const name = field.name.replace(/_aggregate$/, "");
    const of = (wanted: string) => table.relationships.find((item) => item.name === wanted);
    const key = nestedKey(field.key);
    const { args, level: below, path: place } = field;
    const rows = of(field.name);
    if (rows !== undefined) {
      const query = rowsQuery(rows.target, args, below, info, place);
      return [{ key, relationship: rows, query }];
    }
    const counted = of(name);
    if (counted === undefined) return [];
    const query = aggregateQuery(counted.target, args, below, info, place);
    return [{ key, relationship: counted, query }];
  });
}

/** The fields that are asked for at a level, after fragments and directives; a scalar has no level below it. */
export function askedFields(
  level: Level | undefined,
  info: GraphQLResolveInfo,
  path: string,
): Asked[] {
  if (level === undefined) return [];
  const found = new Map<string, FieldNode[]>();
  for (const { selectionSet } of level.nodes) collect(selectionSet?.selections ?? [], info, found);
  return [...found].flatMap(([key, nodes]) => {
    const [first] = nodes;
    const field = first === undefined ? undefined : level.type.getFields()[first.name.value];
    if (first === undefined || field === undefined) return [];
    const type = getNamedType(field.type);
    const args: Arguments = getArgumentValues(field, first, info.variableValues) as Arguments;
    const asked = { key, name: field.name, args, path: `${path}.selectionSet.${field.name}` };
    return [isObjectType(type) ? { ...asked, level: { type, nodes } } : asked];
  });
}

function collect(
  selections: readonly SelectionNode[],
  info: GraphQLResolveInfo,
  found: Map<string, FieldNode[]>,
): void {
  for (const item of selections) {
    const { variableValues } = info;
    if (getDirectiveValues(GraphQLSkipDirective, item, variableValues)?.if === true) continue;
    if (getDirectiveValues(GraphQLIncludeDirective, item, variableValues)?.if === false) continue;
    if (item.kind === Kind.FIELD) {
      const key = item.alias?.value ?? item.name.value;
      found.set(key, [...(found.get(key) ?? []), item]);
    } else {
      const fragment = item.kind === Kind.INLINE_FRAGMENT ? item : info.fragments[item.name.value];
      collect(fragment?.selectionSet.selections ?? [], info, found);
    }
  }
}
