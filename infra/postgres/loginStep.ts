import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { dockerStep } from "../docker/dockerStep";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";
import { PSQL, SERVER_SHELL, type ServerShell, shellInput } from "./serverShell";

/**
 * Hands an existing catalog of Hasura's over to the engine's role, which an engine that migrates it has to own. Who is not a superuser
 * may do that as a member of both roles alone, from 16 on as one that inherits from them and may become them, which who made a role is
 * not; a sequence of a column goes with its table.
 */
const HAND_OVER = `
begin;
select set_config('clerk_hasura.role', :'role', true) \\g /dev/null
do $$
declare
  engine text := current_setting('clerk_hasura.role');
  old_owner oid := (select nspowner from pg_namespace where nspname = 'hdb_catalog');
  since_16 boolean := current_setting('server_version_num')::int >= 160000;
  joined text[] := array(select rolname from pg_roles where (oid = old_owner or rolname = engine) and not case
    when since_16 then pg_has_role(oid, 'USAGE') and pg_has_role(oid, 'SET') else pg_has_role(oid, 'MEMBER') end);
  item text;
begin
  if old_owner is null or pg_has_role(engine, old_owner, 'USAGE') then return; end if;
  foreach item in array joined loop execute format('grant %I to current_user' || case when since_16 then ' with inherit true, set true' else '' end, item); end loop;
  execute format('alter schema hdb_catalog owner to %I', engine);
  for item in
    select format('table %s', c.oid::regclass) from pg_class c
      where relnamespace = 'hdb_catalog'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f', 'S')
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype in ('a', 'i') and c.relkind = 'S')
    union all select format('routine %s', oid::regprocedure) from pg_proc where pronamespace = 'hdb_catalog'::regnamespace
  loop
    execute format('alter %s owner to %I', item, engine);
  end loop;
  foreach item in array joined loop execute format('revoke %I from current_user', item); end loop;
end $$;
commit;
`;

const PROVE = `${PSQL}
for extension in $EXTENSIONS; do
  said=$(admin "$APPLICATION_DATABASE" -v name="$extension" <<<'create extension if not exists :"name" cascade') ||
    refuse "postgres.extensions: \\"$extension\\" cannot be created ($said); allowed: what the server brings and \\"$ADMIN\\" may create; set postgres.image to an image that brings it, or have a superuser run 'create extension \\"$extension\\"' in the database \\"$APPLICATION_DATABASE\\""
done
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
inside "$prove" ENGINE_ROLE APPLICATION_DATABASE METADATA_DATABASE EXTENSIONS TAKES_CATALOG
`;

/**
 * The step between the databases and the engine: it creates extensions and proves that the engine will be let in. The provider keeps
 * the planned password of a failed change in its state, so that the next update changes nothing and the engine would be locked out.
 */
export function loginStep(
  name: string,
  args: {
    shell: ServerShell;
    settings: pulumi.Output<PostgresSettings>;
    adopted: AdoptedNames;
    role: pulumi.Input<string>;
    enginePassword: pulumi.Output<string>;
    application: pulumi.Input<string>;
    metadata: pulumi.Input<string>;
  },
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { shell, settings, adopted } = args;
  return dockerStep(
    name,
    {
      title: "check the engine's login",
      script: LOGIN_SCRIPT,
      environment: {
        ...shell.environment,
        ENGINE_ROLE: args.role,
        APPLICATION_DATABASE: args.application,
        METADATA_DATABASE: args.metadata,
        EXTENSIONS: settings.apply((it) => [...it.extensions].sort().join(" ")),
        // A catalog that exists may be another role's.
        TAKES_CATALOG: adopted.metadataDatabase === undefined ? "" : "1",
      },
      triggers: [],
      stdin: shellInput(shell, args.enginePassword),
      dockerHost: shell.dockerHost,
    },
    opts,
  );
}
