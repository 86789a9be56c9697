import * as pulumi from "@pulumi/pulumi";

/** How a step's `psql` reaches the server: inside the server's own container, or in one beside the engine. */
export interface ServerShell {
  /** Variables of `SERVER_SHELL`; every one of them is set. */
  environment: Record<ShellVariable, pulumi.Input<string>>;
  /** Password of the administrator; a server of our own has it in a file. */
  adminPassword?: pulumi.Input<string>;
  /** Certificates, as PEM, that the engine trusts beside its image's. */
  authorities?: pulumi.Input<string>;
  dockerHost?: pulumi.Input<string>;
}

const VARIABLES = [
  /** The server's container; empty for an external server. */
  "CONTAINER",
  /** Image that brings `psql`; empty for a server of our own. */
  "IMAGE",
  /** Networks that the engine is on, by blanks. */
  "NETWORKS",
  /** Hosts that the engine knows beside those of its networks, each as NAME:ADDRESS, by blanks. */
  "HOSTS",
  /** Image whose authorities the engine trusts; empty where no certificate is checked. */
  "ENGINE_IMAGE",
  "SERVER_HOST",
  "SERVER_PORT",
  "SERVER_SSLMODE",
  "ADMIN",
  "ADMIN_DATABASE",
] as const;
type ShellVariable = (typeof VARIABLES)[number];

/** While the stack is suspended: no server is asked. */
export const NO_SERVER: ServerShell = {
  environment: Object.fromEntries(VARIABLES.map((name) => [name, ""])) as Record<
    ShellVariable,
    string
  >,
};

/**
 * What a script of `SERVER_SHELL` reads: the two passwords and the authorities, to which the shell adds the engine image's, each in base64 on a line of its own, so that
 * neither a command line nor a container's configuration holds a secret.
 */
export function shellInput(
  shell: ServerShell,
  enginePassword: pulumi.Output<string>,
): pulumi.Output<string> {
  const parts = [shell.adminPassword ?? "", enginePassword, shell.authorities ?? ""];
  // Secret all of it, since the engine's password is.
  return pulumi
    .all(parts)
    .apply((all) => all.map((it) => `${Buffer.from(it).toString("base64")}\n`).join(""));
}

/**
 * `inside SCRIPT NAME…` runs a script of `PSQL` where `psql` is, with the variables of these names. An external server is asked from a
 * container on the engine's networks, since what Pulumi reaches says nothing of what the engine will.
 */
export const SERVER_SHELL = `
inside() {
  script=$1
  shift
  set -- SERVER_HOST SERVER_PORT SERVER_SSLMODE ADMIN ADMIN_DATABASE "$@"
  for name in "$@"; do
    set -- "$@" -e "$name"
    shift
  done
  if [ -n "$CONTAINER" ]; then
    held docker exec -i "$@" "$CONTAINER" /bin/bash -uc "$script"
    return
  fi
  for host in $HOSTS; do set -- "$@" --add-host "$host"; done
  made=$(docker create --rm -i --network "\${NETWORKS%% *}" --user postgres --cap-drop ALL \\
    --security-opt no-new-privileges --memory 256m --pids-limit 64 "$@" \\
    --entrypoint /bin/bash "$IMAGE" -uc "$script") || return 1
  trap 'docker rm -f "$made" >/dev/null 2>&1' EXIT
  for network in $NETWORKS; do
    [ "$network" = "\${NETWORKS%% *}" ] || docker network connect "$network" "$made" || return 1
  done
  { cat; engine_authorities; echo; } | held docker start -ai "$made"
}
engine_authorities() {
  [ -z "$ENGINE_IMAGE" ] ||
    printf '%s\\nexit 0\\n' 'cat /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/ca-bundle.crt 2>/dev/null | base64 | tr -d "\\n"' |
      held docker run --rm -i --network none --entrypoint /bin/bash "$ENGINE_IMAGE" -s
}
`;

/**
 * Begins a script that `inside` runs: `admin DATABASE` runs the SQL on its standard input, `engine DATABASE` logs in as the engine will,
 * both by the route that checks passwords. `refuse` writes one line of what is wrong.
 */
export const PSQL = `
read -r admin_password; read -r engine_password; read -r authorities
admin_password=$(base64 -d <<<"$admin_password")
engine_password=$(base64 -d <<<"$engine_password")
export PGCONNECT_TIMEOUT=10 PGHOST="$SERVER_HOST" PGPORT="$SERVER_PORT"
[ -z "$SERVER_SSLMODE" ] || export PGSSLMODE="$SERVER_SSLMODE"
case "$SERVER_SSLMODE" in
  verify-*)
    export PGSSLROOTCERT=/tmp/authorities.pem
    read -r system
    { base64 -d <<<"$system"; base64 -d <<<"$authorities"; } >"$PGSSLROOTCERT"
    ;;
  "") admin_password=$(cat "$POSTGRES_PASSWORD_FILE") ;;
esac
sql() { psql -XqAtw -v ON_ERROR_STOP=1 -v VERBOSITY=terse "$@"; }
admin() { PGUSER="$ADMIN" PGPASSWORD="$admin_password" PGDATABASE="$1" sql "\${@:2}" 2>&1; }
engine() { PGUSER="$ENGINE_ROLE" PGPASSWORD="$engine_password" PGDATABASE="$1" sql 2>&1 <<<"select 1"; }
refuse() { printf '%s\\n' "$1" >&2; failed=1; }
failed=""
`;
