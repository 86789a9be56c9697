/**
 * Waits for SQL over TCP, then gives the superuser the password of this stack.
 * The image reads its password file at the first start only, so that a volume kept from earlier would refuse a new password.
 * The password goes from file to psql inside the container: neither command line nor environment of the runner holds it.
 */
export const POSTGRES_READY_SCRIPT = `
deadline=$(( $(date +%s) + SECONDS_TO_WAIT ))
until docker exec "$CONTAINER" psql -h 127.0.0.1 -U postgres -d postgres -qtAc 'select 1' >/dev/null 2>&1; do
  restarts=$(docker inspect --format '{{.RestartCount}}' "$CONTAINER" 2>/dev/null || echo 0)
  if [ "$restarts" -ge 3 ] || [ "$(date +%s)" -ge "$deadline" ]; then
    echo "Postgres does not answer (waited up to $SECONDS_TO_WAIT s, restarted $restarts times); its last words:" >&2
    docker logs --tail 15 "$CONTAINER" 2>&1 | cut -c1-300 >&2
    exit 1
  fi
  sleep 0.3
done
docker exec -i "$CONTAINER" psql -h 127.0.0.1 -U postgres -d postgres -qX -v ON_ERROR_STOP=1 >/dev/null <<'SQL'
\\set password \`cat "$POSTGRES_PASSWORD_FILE"\`
set log_min_error_statement = panic;
set log_statement = 'none';
alter role postgres password :'password';
SQL
echo ready
`;
