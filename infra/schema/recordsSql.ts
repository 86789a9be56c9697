import { sqlText } from "./frameSql";

/** Seconds after which a lease that nobody renews is free. */
export const LEASE_SECONDS = 30;

/** A migration as its own database remembers it. */
export interface MigrationRecord {
  version: string;
  name: string;
  /** SHA-256 of its file, as hex. */
  checksum: string;
  /** False for one outside a transaction that was started and whose end nobody saw. */
  done: boolean;
}

/** What a database says of itself to the job that prepares it. */
export interface SourceRecords {
  /** Who may change it now. */
  holder: string;
  migrations: MigrationRecord[];
  /** Checksums of the seeds that ran, by file. */
  seeds: Record<string, string>;
  /** How many tables, views and sequences it has that neither Hasura, this package nor an extension made. */
  objects: number;
}

const EXPIRES = `clock_timestamp() + interval '${LEASE_SECONDS} seconds'`;

const RECORDS = `
  'migrations', coalesce((select json_agg(json_build_object('version', version, 'name', name, 'checksum', checksum,
    'done', applied_at is not null)) from clerk_hasura.migrations), '[]'),
  'seeds', coalesce((select json_object_agg(file, checksum) from clerk_hasura.seeds), '{}')`;

const OBJECTS = `(select count(*) from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S') and n.nspname !~ '^pg_'
      and n.nspname not in ('information_schema', 'hdb_catalog', 'clerk_hasura')
      and not exists (select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e'))`;

/**
 * Makes the tables of records, takes the lease where it is free, and returns {@link SourceRecords} as JSON. A row that is locked belongs to
 * a migration that runs, however long ago its lease was renewed.
 */
export function prepareSql(holder: string): string {
  const me = sqlText(holder);
  return `select pg_advisory_xact_lock(hashtext('clerk_hasura'));
create schema if not exists clerk_hasura;
create table if not exists clerk_hasura.migrations (version text primary key, name text not null, checksum text not null, applied_at timestamptz);
create table if not exists clerk_hasura.seeds (file text primary key, checksum text not null, applied_at timestamptz not null);
create table if not exists clerk_hasura.lease (id boolean primary key default true check (id), holder text not null, expires_at timestamptz not null);
insert into clerk_hasura.lease (holder, expires_at) values (${me}, ${EXPIRES}) on conflict (id) do nothing;
update clerk_hasura.lease set holder = ${me}, expires_at = ${EXPIRES}
  where id in (select id from clerk_hasura.lease where holder = ${me} or expires_at < clock_timestamp() for update skip locked);
select json_build_object('holder', (select holder from clerk_hasura.lease), ${RECORDS}, 'objects', ${OBJECTS});`;
}

/** Returns one row with true where the database has records. */
export const HAS_RECORDS = "select to_regclass('clerk_hasura.lease') is not null;";

/** Returns {@link SourceRecords} as JSON without changing anything; the holder is empty where the lease is free. */
export const LOOK = `select json_build_object('holder',
  coalesce((select holder from clerk_hasura.lease where expires_at > clock_timestamp()), ''), ${RECORDS}, 'objects', 0);`;

/** Keeps the lease for another while. Whoever lost it is stopped by the frame of the next migration. */
export function renewSql(holder: string): string {
  return `update clerk_hasura.lease set expires_at = ${EXPIRES}
  where id in (select id from clerk_hasura.lease where holder = ${sqlText(holder)} for update skip locked);`;
}

/** Gives the lease back. */
export function releaseSql(holder: string): string {
  return `delete from clerk_hasura.lease where holder = ${sqlText(holder)};`;
}

/** Remembers a migration, as done or as started. */
export function recordSql(
  { version, name, checksum }: Omit<MigrationRecord, "done">,
  at = "clock_timestamp()",
): string {
  return `insert into clerk_hasura.migrations (version, name, checksum, applied_at)
  values (${[version, name, checksum].map(sqlText).join(", ")}, ${at})
  on conflict (version) do update set name = excluded.name, checksum = excluded.checksum, applied_at = excluded.applied_at;`;
}

/** Forgets a migration. */
export function forgetSql(version: string): string {
  return `delete from clerk_hasura.migrations where version = ${sqlText(version)};`;
}

/** Remembers a seed, and with which content it ran. */
export function seedSql(file: string, checksum: string): string {
  return `insert into clerk_hasura.seeds (file, checksum, applied_at)
  values (${sqlText(file)}, ${sqlText(checksum)}, clock_timestamp())
  on conflict (file) do update set checksum = excluded.checksum, applied_at = excluded.applied_at;`;
}
