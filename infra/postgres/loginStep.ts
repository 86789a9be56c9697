import type * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { dockerStep } from "../docker/dockerStep";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";
import { type DatabaseRoles, rolesOf } from "./databaseRoles";
import type { GrantedDatabase } from "./grantedDatabase";
import { asMember, GIVE_RIGHTS, REVOKE_PUBLIC, TAKE_BACK } from "./privileges";
import { PSQL, SERVER_SHELL, type ServerShell, shellInput } from "./serverShell";

/** Hands an existing catalog of Hasura's over to the engine's role, which an engine that migrates it has to own; a sequence of a column goes with its table. */
const HAND_OVER = `
begin;
select set_config('clerk_hasura.role', :'role', true) \\g /dev/null
${asMember({
  // Nobody where nothing is to be handed over.
  roles:
    "select rolname from pg_roles where old_owner is not null and (oid = old_owner or rolname = engine)",
  declare: `  engine text := current_setting('clerk_hasura.role');
  old_owner oid := (select nspowner from pg_namespace where nspname = 'hdb_catalog' and not pg_has_role(current_setting('clerk_hasura.role'), nspowner, 'USAGE'));`,
  body: `
  if old_owner is null then return; end if;
  execute format('alter schema hdb_catalog owner to %I', engine);
  for item in
    select format('table %s', c.oid::regclass) from pg_class c
      where relnamespace = 'hdb_catalog'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
    union all select format('routine %s', oid::regprocedure) from pg_proc where pronamespace = 'hdb_catalog'::regnamespace
  loop
    execute format('alter %s owner to %I', item, engine);
  end loop;`,
})}
commit;
`;

const PROVE = `${PSQL}
for extension in $EXTENSIONS; do
  said=$(admin "$APPLICATION_DATABASE" -v name="$extension" <<<'create extension if not exists :"name" cascade') ||
    refuse "postgres.extensions: \\"$extension\\" cannot be created ($said); allowed: what the server brings and \\"$ADMIN\\" may create; set postgres.image to an image that brings it, or have a superuser run 'create extension \\"$extension\\"' in the database \\"$APPLICATION_DATABASE\\""
done
for database in $OWN_DATABASES; do
  said=$(admin "$database" <<'SQL'
${REVOKE_PUBLIC}
SQL
  ) || refuse "postgres.external.user: \\"$ADMIN\\" cannot keep others out of the database \\"$database\\" ($said); allowed: the database's owner; run as its owner: revoke all on database \\"$database\\" from public"
done
rights=""
[ -z "$OWNER_ROLE" ] || rights=$(cat <<'SQL'
${GIVE_RIGHTS}
SQL
)
[ -z "$TAKES_DATA" ] || rights=$(cat <<'SQL'
${TAKE_BACK}
SQL
)
if [ -n "$rights" ]; then
  said=$(admin "$APPLICATION_DATABASE" -v engine="$ENGINE_ROLE" -v owner="$OWNER_ROLE" -v reader="$READ_ONLY_ROLE" -v inherits="$ENGINE_INHERITS" <<<"$rights") ||
    refuse "postgres.ownerRole: the rights in the database \\"$APPLICATION_DATABASE\\" cannot be given ($said); allowed: an administrator that may grant them, while no query holds a table for long; run the update again, or give \\"$ADMIN\\" the right that is missing"
fi
if [ -n "$TAKES_CATALOG" ]; then
  said=$(admin "$METADATA_DATABASE" -v role="$ENGINE_ROLE" <<'SQL'
${HAND_OVER}
SQL
  ) ||
    refuse "postgres.adopt: hdb_catalog of the database \\"$METADATA_DATABASE\\" cannot be handed over to \\"$ENGINE_ROLE\\" ($said); allowed: a catalog whose owner \\"$ADMIN\\" is or is a member of; take over that owner as postgres.engineRole, or run as superuser: reassign owned by its owner to \\"$ENGINE_ROLE\\""
fi
logs_in() { said=$(engine "$APPLICATION_DATABASE") && said=$(engine "$METADATA_DATABASE"); }
if ! logs_in; then
  # Statements of a superuser's are not logged then, and no other may say so.
  said=$(CLERK_HASURA_PASSWORD="$engine_password" admin "$ADMIN_DATABASE" -v role="$ENGINE_ROLE" <<'SQL'
\\set password \`printf %s "$CLERK_HASURA_PASSWORD"\`
alter role :"role" login password :'password';
SQL
  ) && echo "set the engine's password in the server anew"
  logs_in ||
    refuse "postgres.engineRole: \\"$ENGINE_ROLE\\" cannot log in ($said); allowed: a role that the server lets in from the engine's network with the password of this stack; check its pg_hba.conf, its connection limit and \\"valid until\\", or give \\"$ADMIN\\" the right to alter it; the engine that runs was not touched"
fi
[ -z "$failed" ] && echo "the engine's role logs in"
`;

/** Its environment is that of `SERVER_SHELL`, and the names. */
export const LOGIN_SCRIPT = `${SERVER_SHELL}
prove=$(cat <<'INSIDE'
${PROVE}
INSIDE
)
inside "$prove" ENGINE_ROLE ENGINE_INHERITS OWNER_ROLE READ_ONLY_ROLE APPLICATION_DATABASE METADATA_DATABASE OWN_DATABASES EXTENSIONS TAKES_CATALOG TAKES_DATA
`;

/** What the step is told. */
export interface LoginStepArgs {
  shell: ServerShell;
  settings: pulumi.Output<PostgresSettings>;
  adopted: AdoptedNames;
  engineAlters: boolean;
  handOver: string;
  roles: DatabaseRoles;
  application: GrantedDatabase;
  metadata: GrantedDatabase;
}

/**
 * The step between the databases and the engine: it creates extensions, gives rights and proves that the engine will be let in. The
 * provider keeps the planned password of a failed change in its state, so that the next update changes nothing and the engine would be
 * locked out.
 */
export function loginStep(
  name: string,
  { shell, settings, adopted, engineAlters, handOver, roles, application, metadata }: LoginStepArgs,
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const own = [
    ...(adopted.applicationDatabase === undefined ? [application.name] : []),
    ...(adopted.metadataDatabase === undefined ? [metadata.name] : []),
  ];
  return dockerStep(
    name,
    {
      title: "give rights and check the engine's login",
      script: LOGIN_SCRIPT,
      environment: {
        ...shell.environment,
        ENGINE_ROLE: roles.engine.role.name,
        ENGINE_INHERITS: `${engineAlters}`,
        // Read by nobody: another value runs the step again.
        HANDED_OVER: handOver,
        OWNER_ROLE: roles.owner?.name ?? "",
        READ_ONLY_ROLE: roles.readOnly?.role.name ?? "",
        APPLICATION_DATABASE: application.name,
        METADATA_DATABASE: metadata.name,
        OWN_DATABASES: pulumi.all(own).apply((it) => it.join(" ")),
        EXTENSIONS: settings.apply((it) => [...it.extensions].sort().join(" ")),
        // A catalog that exists may be another role's.
        TAKES_CATALOG: adopted.metadataDatabase === undefined ? "" : "1",
        TAKES_DATA:
          adopted.applicationDatabase !== undefined && adopted.engineRole !== undefined ? "1" : "",
      },
      triggers: [],
      stdin: shellInput(shell, roles.engine.password),
      dockerHost: shell.dockerHost,
    },
    { ...opts, dependsOn: [...rolesOf(roles), metadata.last, application.last] },
  );
}
