import type * as command from "@pulumi/command";
import type * as pulumi from "@pulumi/pulumi";
import { dockerStep } from "../docker/dockerStep";
import type { AdoptedNames, PostgresSettings } from "./checkPostgres";
import { NO_SERVER, PSQL, SERVER_SHELL, type ServerShell, shellInput } from "./serverShell";

/** Looks at the server: what is there and is neither this stack's nor to be taken over stops the update. */
const LOOK = `${PSQL}
found=$(admin "$ADMIN_DATABASE" -v role="$ENGINE_ROLE" -v owner="$OWNER_ROLE" -v reader="$READ_ONLY_ROLE" -v application="$APPLICATION_DATABASE" -v metadata="$METADATA_DATABASE" <<'SQL'
select 'engineRole' from pg_roles where rolname = :'role';
select 'ownerRole' from pg_roles where rolname = :'owner';
select 'readOnlyRole' from pg_roles where rolname = :'reader';
select 'superuser' from pg_roles where rolname = :'role' and rolsuper;
select 'createsRoles' from pg_roles where rolname = current_user and (rolsuper or rolcreaterole);
select 'createsDatabases' from pg_roles where rolname = current_user and (rolsuper or rolcreatedb);
select 'applicationDatabase' from pg_database where datname = :'application';
select 'metadataDatabase' from pg_database where datname = :'metadata';
select 'granted ' || datname from pg_database, aclexplode(datacl) as acl join pg_roles on pg_roles.oid = acl.grantee
  where rolname = :'role' and privilege_type = 'CREATE';
SQL
) || { refuse "postgres.external: the server does not take the administrator's login ($found); allowed: a host, user and password that it takes from the engine's network; correct them"; exit 1; }
has() { grep -qxF -- "$1" <<<"$found"; }
adopts() { [[ " $ADOPT " = *" $1 "* ]]; }
# Made by this stack earlier: nobody else knows the password in its state.
own_role() { has engineRole && { engine "$ADMIN_DATABASE" || engine "$APPLICATION_DATABASE" || engine "$METADATA_DATABASE"; } >/dev/null; }
own() { own_role && { [ "$1" = engineRole ] || has "granted $2"; }; }
free() {
  [[ " $FRESH " = *" $1 "* ]] && has "$1" &&
    refuse "postgres.$1: the role \\"$2\\" exists on the server and is not this stack's; allowed: a name that is free there; set another name"
}
look() {
  local setting=$1 name=$2 what=$3 right=$4 attribute=$5
  [[ " $FRESH " = *" $setting "* ]] || return 0
  if has "$setting"; then
    adopts "$setting" || own "$setting" "$name" ||
      refuse "postgres.$setting: the $what \\"$name\\" exists on the server and is not this stack's; allowed: a name that is free there, or one to take over; set another name, or add $setting to postgres.adopt"
  elif adopts "$setting"; then
    refuse "postgres.adopt: names $setting, but the server has no $what \\"$name\\"; allowed: what exists there; take $setting out of the list, or correct postgres.$setting"
  elif ! has "$right"; then
    refuse "postgres.$setting: \\"$ADMIN\\" may not create the $what \\"$name\\"; allowed: an administrator with $attribute, or a $what that exists; give it $attribute, or create the $what and add $setting to postgres.adopt"
  fi
}
look engineRole "$ENGINE_ROLE" role createsRoles CREATEROLE
free ownerRole "$OWNER_ROLE"
free readOnlyRole "$READ_ONLY_ROLE"
look applicationDatabase "$APPLICATION_DATABASE" database createsDatabases CREATEDB
look metadataDatabase "$METADATA_DATABASE" database createsDatabases CREATEDB
if adopts engineRole && has superuser; then
  refuse "postgres.engineRole: \\"$ENGINE_ROLE\\" is a superuser; allowed: a role that is none; take over another, or make it NOSUPERUSER"
fi
[ -z "$failed" ]
`;

/**
 * Remembers what cannot change in what it prints, and what of a server that stays was taken over: off the list it would be dropped
 * with the stack. An update that would rename a role or a database stops here, before the provider,
 * which renames some and keeps the planned name of the others in its state, where the next update takes it for done.
 */
export const NAMES_SCRIPT = `${SERVER_SHELL}
look=$(cat <<'INSIDE'
${LOOK}
INSIDE
)
recorded() { printf '%s\\n' "\${PULUMI_COMMAND_STDOUT:-}" | sed -n "s/^$1=//p"; }
changed=$(printf '%s\\n' "$NAMES" | while IFS== read -r setting value; do
  before=$(recorded "$setting")
  [ -z "$before" ] || [ "$before" = "$value" ] ||
    echo "postgres.$setting: is \${value:+\\"}\${value:-not set}\${value:+\\"}, but this stack was made with \\"$before\\"; allowed: what the first up decided; set it back to \\"$before\\""
done)
for setting in $(recorded adopted); do
  case " $ADOPT " in *" $setting "*) continue ;; esac
  changed="$changed
postgres.adopt: no longer names $setting, which this stack took over; allowed: what was taken over stays listed, so that nothing here drops it; add $setting again"
done
if [ -n "$changed" ]; then
  printf '%s\\n' "$changed" | sed '/^$/d' >&2
  exit 1
fi
FRESH=$(printf '%s\\n' "$NAMES" | while IFS== read -r setting value; do
  [ -z "$value" ] || [ -n "$(recorded "$setting")" ] || printf '%s ' "$setting"
done)
export FRESH
if [ -n "$FRESH" ] && [ -n "$CONTAINER$IMAGE" ]; then
  inside "$look" ENGINE_ROLE OWNER_ROLE READ_ONLY_ROLE APPLICATION_DATABASE METADATA_DATABASE ADOPT FRESH || exit 1
fi
printf '%s\\n' "$NAMES"
[ -z "$STAYS" ] || echo "adopted=$ADOPT"
`;

/** The names by setting, empty where there is none, and the locale, as plain values. */
export function decidedNames(settings: PostgresSettings): Record<string, string> {
  const { applicationDatabase, metadataDatabase, engineRole, collation, characterType } = settings;
  const { ownerRole = "", readOnlyRole = "" } = settings;
  const roles = { engineRole, ownerRole, readOnlyRole };
  return { applicationDatabase, metadataDatabase, ...roles, collation, characterType };
}

/** The step that every role and database of the stack depends on. */
export function namesStep(
  name: string,
  args: {
    settings: pulumi.Output<PostgresSettings>;
    adopted: AdoptedNames;
    enginePassword: pulumi.Output<string>;
    /** Whether the databases outlive the stack's own volume, since it has none. */
    external: boolean;
    shell?: ServerShell;
  },
  opts: pulumi.CustomResourceOptions,
): command.local.Command {
  const { settings, adopted, enginePassword, external, shell = NO_SERVER } = args;
  const names = settings.apply(decidedNames);
  const nameOf = (setting: string) => names.apply((it) => it[setting] ?? "");
  return dockerStep(
    name,
    {
      title: "check the names of roles and databases",
      script: NAMES_SCRIPT,
      environment: {
        ...shell.environment,
        ADOPT: Object.keys(adopted).join(" "),
        STAYS: external ? "1" : "",
        ENGINE_ROLE: nameOf("engineRole"),
        OWNER_ROLE: nameOf("ownerRole"),
        READ_ONLY_ROLE: nameOf("readOnlyRole"),
        APPLICATION_DATABASE: nameOf("applicationDatabase"),
        METADATA_DATABASE: nameOf("metadataDatabase"),
        NAMES: names.apply((it) =>
          Object.entries(it)
            .map((pair) => pair.join("="))
            .join("\n"),
        ),
      },
      triggers: [],
      seesLastOutput: true,
      stdin: shellInput(shell, enginePassword),
      dockerHost: shell.dockerHost,
    },
    opts,
  );
}
