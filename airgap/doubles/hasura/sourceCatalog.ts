import type { Queryable } from "./database";
import type { TableName } from "./metadataDocument";

export type Column = {
  name: string;
  /** pg_type.typname, which also decides the GraphQL scalar. */
  type: string;
  /** The type as SQL text, for casts. */
  cast: string;
  nullable: boolean;
};
export type TableInfo = TableName & {
  oid: number;
  columns: Column[];
  primaryKey: string[];
  foreignKeys: ForeignKey[];
  /** Names of primary keys and unique constraints. */
  uniqueConstraints: string[];
  isView: boolean;
};
/** `targets[n]` is the column of the other table that `columns[n]` refers to. */
export type ForeignKey = { columns: string[]; table: TableName; targets: string[] };

function namesOf(relation: string, numbers: string): string {
  return `(select json_agg(k.attname order by n.place)
    from unnest(${numbers}) with ordinality n(number, place)
    join pg_attribute k on k.attrelid = ${relation} and k.attnum = n.number)`;
}

const CATALOG = `
  select c.oid::int8::float8 as oid, n.nspname as schema, c.relname as name, c.relkind in ('v', 'm') as "isView",
    json_agg(json_build_object('name', a.attname, 'type', t.typname,
      'cast', format_type(a.atttypid, null), 'nullable', not a.attnotnull) order by a.attnum)
      as columns,
    coalesce((select json_agg(k.attname order by array_position(i.indkey::int2[], k.attnum))
      from pg_index i join pg_attribute k on k.attrelid = c.oid and k.attnum = any(i.indkey)
      where i.indrelid = c.oid and i.indisprimary), '[]') as "primaryKey",
    coalesce((select json_agg(json_build_object('columns', ${namesOf("f.conrelid", "f.conkey")},
        'targets', ${namesOf("f.confrelid", "f.confkey")},
        'table', (select json_build_object('schema', s.nspname, 'name', r.relname)
          from pg_class r join pg_namespace s on s.oid = r.relnamespace where r.oid = f.confrelid)))
      from pg_constraint f where f.conrelid = c.oid and f.contype = 'f'), '[]') as "foreignKeys",
    coalesce((select json_agg(u.conname order by u.conname) from pg_constraint u
      where u.conrelid = c.oid and u.contype in ('p', 'u')), '[]') as "uniqueConstraints"
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  join pg_type t on t.oid = a.atttypid
  where c.relkind in ('r', 'v', 'm', 'f', 'p') and n.nspname <> 'information_schema'
    and n.nspname !~ '^pg_'
  group by n.nspname, c.relname, c.relkind, c.oid`;

/** Every table and view of a source that the engine may track. */
export async function readCatalog(database: Queryable): Promise<TableInfo[]> {
  const { rows } = await database.query<TableInfo>(CATALOG);
  return rows;
}
