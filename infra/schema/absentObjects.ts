import { isObject } from "../validation/isObject";
import { Operation } from "./right";
import { rightsOf } from "./rights";
import { objectName } from "./tableRights";

/** A table or view as a database has it. */
export interface Relation {
  schema: string;
  name: string;
  columns: string[];
}

/** SQL that returns every {@link Relation} of a database as one JSON list. */
export const RELATIONS = `select coalesce(json_agg(it), '[]') from (
  select nspname as schema, relname as name, coalesce(json_agg(attname) filter (where attnum > 0 and not attisdropped), '[]') as columns
  from pg_class c join pg_namespace n on n.oid = relnamespace left join pg_attribute on attrelid = c.oid
  where relkind in ('r', 'p', 'v', 'm', 'f') and nspname !~ '^pg_' group by 1, 2) it;`;

const OPERATIONS: readonly Operation[] = [Operation.Select, Operation.Insert, Operation.Update];

/** Tables that metadata tracks and columns that its permissions name, which the databases lack; in words. */
export function absentObjects(
  metadata: Record<string, unknown>,
  databases: ReadonlyMap<string, readonly Relation[]>,
): string[] {
  const columnsOf = new Map(
    [...databases].flatMap(([source, relations]) =>
      relations.map((it) => [objectName(source, it), it.columns] as const),
    ),
  );
  const tables = trackedTables(metadata)
    .filter((object) => !columnsOf.has(object))
    .map((object) => `table ${object}: no such table or view`);
  const columns = rightsOf(metadata)
    .filter(({ operation }) => OPERATIONS.includes(operation))
    .flatMap(({ role, operation, object, columns: named = [] }) => {
      const present = columnsOf.get(object);
      if (present === undefined) return [];
      return named
        .filter((column) => column !== "*" && !column.endsWith("()") && !present.includes(column))
        .map((column) => `${operation} permission of ${role} on ${object}: no column ${column}`);
    });
  return [...tables, ...columns];
}

function trackedTables({ sources }: Record<string, unknown>): string[] {
  return objectsOf(sources).flatMap(({ name, tables }) =>
    objectsOf(tables).map(({ table }) => objectName(`${name}`, table)),
  );
}

function objectsOf(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list) ? list.filter(isObject) : [];
}
