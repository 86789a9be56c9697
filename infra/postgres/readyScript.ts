import { LIMIT_PROCESSES } from "../docker/containerDefaults";
import { DEMAND_CONTAINER } from "../docker/dockerStep";

/** Everything by which a server logs the text of a statement; `log_statement` and the like can be asked for in `postgres.parameters`. */
const UNLOGGED = {
  log_min_error_statement: "panic",
  log_statement: "none",
  log_min_duration_statement: "-1",
  log_min_duration_sample: "-1",
  log_transaction_sample_rate: "0",
  debug_print_parse: "off",
  debug_print_rewritten: "off",
};
const SETTINGS = Object.entries(UNLOGGED).map(([name, value]) => `set ${name} = ${value};`);

/**
 * Makes the server log no statement of the superuser's later sessions. The provider sends the engine's password in clear text
 * (terraform-provider-postgresql #155), and whoever reads `docker logs` would read it there where that statement fails.
 */
export const UNLOGGED_SUPERUSER = SETTINGS.map((setting) => `alter role postgres ${setting}`);

/**
 * Waits for SQL over TCP, then gives the superuser the password of this stack.
 * The image reads its password file at the first start only, so that a volume kept from earlier would refuse a new password.
 * The password goes from file to psql inside the container: neither command line nor environment of the runner holds it.
 * The last words of a server may be older than these settings, so that lines which give a password are left out.
 */
export const POSTGRES_READY_SCRIPT = `${DEMAND_CONTAINER}${LIMIT_PROCESSES}
deadline=$(( $(date +%s) + SECONDS_TO_WAIT ))
until [ "$(in_container "psql -h 127.0.0.1 -U postgres -d postgres -qtAc 'select 1'" 2>/dev/null)" = 1 ]; do
  restarts=$(docker inspect --format '{{.RestartCount}}' "$CONTAINER" 2>/dev/null || echo 0)
  if [ "$restarts" -ge 3 ] || [ "$(date +%s)" -ge "$deadline" ]; then
    echo "Postgres does not respond (waited up to $SECONDS_TO_WAIT s, restarted $restarts times); its last words:" >&2
    docker logs --tail 15 "$CONTAINER" 2>&1 | grep -iv "password *e*'" | cut -c1-300 >&2
    exit 1
  fi
  sleep 0.3
done
data=$(in_container "psql -h 127.0.0.1 -U postgres -d postgres -qtAXc 'show data_directory'") || exit 1
case "$data/" in
  "$MOUNT"/*) ;;
  *) echo "Postgres keeps its data at $data, outside the volume at $MOUNT; stop writing to it, and set postgres.image to one that is built on the official postgres image." >&2; exit 1 ;;
esac
password=$(cat <<'SCRIPT'
psql -h 127.0.0.1 -U postgres -d postgres -qX -v ON_ERROR_STOP=1 >/dev/null <<'SQL' && echo set
\\set password \`cat "$POSTGRES_PASSWORD_FILE"\`
${[...SETTINGS, ...UNLOGGED_SUPERUSER].join("\n")}
alter role postgres password :'password';
SQL
SCRIPT
)
[ "$(in_container "$password")" = set ] || { echo "Postgres responds, but the password of this stack could not be set" >&2; exit 1; }
echo ready
`;
