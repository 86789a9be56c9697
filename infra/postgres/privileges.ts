/**
 * PL/pgSQL that runs with the rights of the roles that the query `roles` names. Who is not a superuser alters what a role
 * owns as a member of it alone: from 16 on as one that inherits from it and may become it, which who made a role is not.
 */
export function asMember(parts: { roles: string; declare: string; body: string }): string {
  return `do $$
declare
  since_16 boolean := current_setting('server_version_num')::int >= 160000;
${parts.declare}
  joined text[] := array(select rolname from pg_roles where rolname in (${parts.roles}) and not case
    when since_16 then pg_has_role(oid, 'USAGE') and pg_has_role(oid, 'SET') else pg_has_role(oid, 'MEMBER') end);
  item text;
begin
  foreach item in array joined loop
    execute format('grant %I to current_user' || case when since_16 then ' with inherit true, set true' else '' end, item);
  end loop;
${parts.body}
  for item in select rolname from pg_roles where rolname = any (joined) loop execute format('revoke %I from current_user', item); end loop;
end $$;`;
}

/** Schemas whose objects stay the engine's: its catalog, which it alters by itself, and the records of the schema job. */
const ENGINE_SCHEMAS = "('hdb_catalog', 'hdb_views', 'clerk_hasura')";

/**
 * What each role may do with what the owner makes. A table's trigger is made by the engine; the owner writes into the engine's event
 * log, since triggers run as whoever changes a row. USAGE on the engine's schemas, which are kept from the reader, decides there.
 */
const RIGHTS = `(values
      (owner, engine, 'schemas', 'usage'), (owner, engine, 'tables', 'select, insert, update, delete, trigger'),
      (owner, engine, 'sequences', 'usage, select, update'), (owner, engine, 'functions', 'execute'), (owner, engine, 'types', 'usage'),
      (owner, reader, 'schemas', 'usage'), (owner, reader, 'tables', 'select'), (owner, reader, 'sequences', 'select'),
      (engine, owner, 'schemas', 'usage'), (engine, owner, 'tables', 'insert'),
      (engine, reader, 'tables', 'select'), (engine, reader, 'sequences', 'select'))
      as given (maker, grantee, kind, rights)`;

/** What exists already, by the kinds of RIGHTS, each as GRANT names it. */
const EXISTING = `(
      select nspowner as maker, 'schemas' as kind, format('schema %I', nspname) as it from pg_namespace
      union all select relowner, case relkind when 'S' then 'sequences' else 'tables' end,
        format('%s %s', case relkind when 'S' then 'sequence' else 'table' end, oid::regclass)
        from pg_class where relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      union all select proowner, 'functions', format('routine %s', oid::regprocedure) from pg_proc
      union all select typowner, 'types', format('type %s', format_type(oid, null))
        from pg_type where typtype in ('e', 'd', 'r') or typrelid in (select oid from pg_class where relkind = 'c'))
      as existing`;

const HAND_OVER = `
  for item in
    select format('alter %s %s owner to %I', it.type, it.identity, owner)
    from pg_shdepend d, pg_identify_object(d.classid, d.objid, 0) it
    where d.dbid = (select oid from pg_database where datname = current_database()) and d.deptype = 'o'
      and d.refclassid = 'pg_authid'::regclass and d.refobjid = engine::regrole
      and d.classid in ('pg_namespace'::regclass, 'pg_class'::regclass, 'pg_type'::regclass, 'pg_proc'::regclass)
      and case d.classid when 'pg_namespace'::regclass then it.name else it.schema end not in ${ENGINE_SCHEMAS}
      and coalesce(it.schema, it.name) not like 'pg\\_%'
      and not exists (select from pg_depend p where p.classid = d.classid and p.objid = d.objid
        and (p.deptype = 'e' or p.deptype in ('a', 'i') and p.refclassid = 'pg_class'::regclass))
    order by d.classid <> 'pg_namespace'::regclass
  loop execute item; end loop;`;

/** Managed servers up to 14 keep `public` to themselves. */
const PUBLIC_SCHEMA = `
  if pg_has_role((select nspowner from pg_namespace where nspname = 'public'), 'USAGE') then
    revoke all on schema public from public;
    execute format('grant create, usage on schema public to %I', owner);
    if reader <> '' then execute format('grant usage on schema public to %I', reader); end if;
  end if;`;

/** From 16 on the grant itself says whether a member inherits, before that the member: the provider sets that. */
const MEMBERSHIP = `
  if since_16 then
    execute format('grant %I to %I with inherit %s, set true', owner, engine, current_setting('clerk_hasura.inherits'));
  end if;`;

const DATABASE = `
  execute format('grant connect, create on database %I to %I', current_database(), owner);
  execute format('comment on role %I is %L', owner, mark);
  if reader <> '' then
    execute format('grant connect on database %I to %I', current_database(), reader);
    execute format('comment on role %I is %L', reader, mark);
    execute format('alter role %I set default_transaction_read_only = on', reader);
  end if;`;

const GRANTS = `
  execute format('alter default privileges for role %I revoke execute on functions from public', owner);
  for item in
    select format('alter default privileges for role %I grant %s on %s to %I', maker, rights, kind, grantee) from ${RIGHTS} where grantee <> ''
    union all select format('grant %s on %s to %I', rights, it, grantee)
      from ${RIGHTS} join pg_roles on rolname = given.maker join ${EXISTING} on existing.maker = pg_roles.oid and existing.kind = given.kind
      where grantee <> '' and (given.maker <> engine or grantee = owner)
    union all select format('revoke execute on %s from public', it) from ${EXISTING} where kind = 'functions' and maker = owner::regrole
  loop execute item; end loop;`;

/** How a role that a stack made for a database is known, where the stack's state is lost. */
const MARK = "mark text := format('clerk-hasura: made for the database %s', current_database());";

/** Keeps everybody but whom a grant names out of the database that psql is in. */
export const REVOKE_PUBLIC = `revoke all on database :"DBNAME" from public;`;

/**
 * Gives the rights in the application's database, again as often as it is run. Its variables are `engine`, `owner`, `reader`,
 * which is empty without a read-only role, and `inherits`, whether the engine may do what the owner may. What people made as
 * the engine's role becomes the owner's.
 */
export const GIVE_RIGHTS = `
begin;
set local lock_timeout = '15s';
select set_config('clerk_hasura.engine', :'engine', true), set_config('clerk_hasura.owner', :'owner', true),
  set_config('clerk_hasura.reader', :'reader', true), set_config('clerk_hasura.inherits', :'inherits', true) \\g /dev/null
${asMember({
  roles: "engine, owner",
  declare: `  engine text := current_setting('clerk_hasura.engine');
  owner text := current_setting('clerk_hasura.owner');
  reader text := current_setting('clerk_hasura.reader');
  ${MARK}`,
  body: `${MEMBERSHIP}${DATABASE}${PUBLIC_SCHEMA}${HAND_OVER}${GRANTS}`,
})}
commit;
`;

/**
 * Gives what the owner of a stack whose state is lost has to `engine`, which is taken over, and drops the roles that were made beside
 * it: a stack that takes over has no owner.
 */
export const TAKE_BACK = `
begin;
set local lock_timeout = '15s';
select set_config('clerk_hasura.engine', :'engine', true) \\g /dev/null
${asMember({
  roles:
    "select rolname from pg_roles where rolname = any (made) or cardinality(made) > 0 and rolname = engine",
  declare: `  engine text := current_setting('clerk_hasura.engine');
  ${MARK}
  made text[] := array(select rolname from pg_roles where shobj_description(oid, 'pg_authid') = mark);`,
  body: `
  foreach item in array made loop
    execute format('reassign owned by %I to %I', item, engine);
    execute format('drop owned by %I', item);
    execute format('drop role %I', item);
  end loop;`,
})}
commit;
`;
