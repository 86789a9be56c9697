#!/usr/bin/env bash
# Starts Postgres by the documented contract of the official image: see CONTRACT.md.
# No -u: sourced init scripts are written for a shell without it.
set -Eeo pipefail

# Worded as the official image words it, so that whoever reads the log finds the same text.
fail() {
  echo "error: $*" >&2
  exit 1
}

# Takes $1 from the environment, or from the file that $1_FILE names, or the default $2.
readSetting() {
  local name=$1 default=${2-} fileName="${1}_FILE"
  if [[ -n ${!name-} && -n ${!fileName-} ]]; then
    fail "both $name and $fileName are set (but are exclusive)"
  fi
  local value=${!name:-$default}
  if [[ -n ${!fileName-} ]]; then
    value=$(<"${!fileName}")
  fi
  export "$name=$value"
  unset "$fileName"
}

wantsHelp() {
  local argument
  for argument; do
    case $argument in
      -\? | --help | --describe-config | -V | --version) return 0 ;;
    esac
  done
  return 1
}

prepareDirectories() {
  mkdir -p "$PGDATA"
  # Fails where a mount decides the mode or belongs to somebody else: Postgres then says so itself.
  chmod 0700 "$PGDATA" || true
  mkdir -p /var/run/postgresql || true
  chmod 3775 /var/run/postgresql 2>/dev/null || true
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    mkdir -p "$POSTGRES_INITDB_WALDIR"
    chmod 0700 "$POSTGRES_INITDB_WALDIR"
  fi
  if ((EUID == 0)); then
    find "$PGDATA" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"} /var/run/postgresql \
      \! -user postgres -exec chown postgres '{}' +
  fi
}

requirePassword() {
  if [[ -z $POSTGRES_PASSWORD && $POSTGRES_HOST_AUTH_METHOD != trust ]]; then
    cat >&2 <<'TEXT'
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the superuser,
       or POSTGRES_HOST_AUTH_METHOD=trust to let everybody in without one (not recommended).
TEXT
    exit 1
  fi
  if [[ $POSTGRES_HOST_AUTH_METHOD == trust ]]; then
    echo "WARNING: POSTGRES_HOST_AUTH_METHOD is trust: whoever reaches the port is superuser." >&2
  fi
}

createCluster() {
  local -a arguments=()
  # The setting is a command line with quotes, as it was for the shell that wrote it.
  eval "arguments=(${POSTGRES_INITDB_ARGS-})"
  if [[ -n ${POSTGRES_INITDB_WALDIR-} ]]; then
    arguments+=(--waldir "$POSTGRES_INITDB_WALDIR")
  fi
  initdb --pgdata "$PGDATA" --username="$POSTGRES_USER" \
    --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") ${arguments[@]+"${arguments[@]}"}
}

allowRemoteLogins() {
  local method=$POSTGRES_HOST_AUTH_METHOD
  if [[ -z $method ]]; then
    method=$(postgres -C password_encryption "${@:2}")
  fi
  printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
}

startTemporaryServer() {
  # On the socket only: nobody may take the half-made cluster for a ready one.
  set -- "${@:2}" -c listen_addresses='' -p "${PGPORT:-5432}"
  NOTIFY_SOCKET='' PGUSER="${PGUSER:-$POSTGRES_USER}" \
    pg_ctl --pgdata "$PGDATA" -o "$(printf '%q ' "$@")" --wait start
}

stopTemporaryServer() {
  PGUSER="${PGUSER:-postgres}" pg_ctl --pgdata "$PGDATA" --mode fast --wait stop
}

runSql() {
  local -a target=()
  if [[ -n $POSTGRES_DB ]]; then
    target=(--dbname "$POSTGRES_DB")
  fi
  PGHOST='' PGHOSTADDR='' psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password \
    --no-psqlrc ${target[@]+"${target[@]}"} "$@"
}

createDatabase() {
  [[ $POSTGRES_DB != postgres ]] || return 0
  local known
  known=$(POSTGRES_DB='' runSql --dbname postgres --set db="$POSTGRES_DB" --tuples-only \
    <<<"SELECT 1 FROM pg_database WHERE datname = :'db';")
  if [[ -z $known ]]; then
    POSTGRES_DB='' runSql --dbname postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
}

runInitScripts() {
  local file
  for file; do
    [[ -e $file ]] || continue
    echo "$0: running $file"
    case $file in
      # A script that cannot be executed is sourced, so that it can set variables for the next ones.
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
      *.sql) runSql -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | runSql ;;
      *.sql.xz) xzcat "$file" | runSql ;;
      *.sql.zst) zstd -dc "$file" | runSql ;;
      *) echo "$0: ignoring $file" ;;
    esac
  done
}

initialise() {
  ls /docker-entrypoint-initdb.d/ >/dev/null
  createCluster
  allowRemoteLogins "$@"
  export PGPASSWORD="${PGPASSWORD:-$POSTGRES_PASSWORD}"
  startTemporaryServer "$@"
  createDatabase
  runInitScripts /docker-entrypoint-initdb.d/*
  stopTemporaryServer
  unset PGPASSWORD
  printf '\nPostgreSQL init process complete; ready for start up.\n\n'
}

if [[ ${1-} == -* ]]; then
  set -- postgres "$@"
fi

if [[ ${1-} == postgres ]] && ! wantsHelp "${@:2}"; then
  prepareDirectories
  if ((EUID == 0)); then
    exec setpriv --reuid postgres --regid postgres --init-groups -- "${BASH_SOURCE[0]}" "$@"
  fi
  if [[ -s $PGDATA/PG_VERSION ]]; then
    printf '\nPostgreSQL Database directory appears to contain a database; Skipping initialization\n\n'
  else
    readSetting POSTGRES_PASSWORD
    readSetting POSTGRES_USER postgres
    readSetting POSTGRES_DB "$POSTGRES_USER"
    readSetting POSTGRES_INITDB_ARGS
    : "${POSTGRES_HOST_AUTH_METHOD:=}"
    requirePassword
    initialise "$@"
  fi
fi

exec "$@"
