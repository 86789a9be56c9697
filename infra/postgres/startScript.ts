import { UPLOAD_DIR } from "../docker/names";

/** File with the superuser's password; the image reads it through POSTGRES_PASSWORD_FILE. */
export const PASSWORD_FILE = `${UPLOAD_DIR}/postgres-password`;

/** Server setting file that exists in our containers only; see `ONE_WRITER`. */
export const GUARD_FILE = `${UPLOAD_DIR}/one-writer.conf`;

/** In a volume that no server has used yet; see the guard. */
export const NEW_VOLUME_FILE = ".clerk-hasura-new";

/** Who may log in and how; exists in our containers only; see `ONE_WRITER`. */
export const HBA_FILE = `${UPLOAD_DIR}/pg_hba.conf`;

/** The rules of the official image: trust inside the container, a password from anywhere else. */
export function hbaRules(majorVersion: number): string {
  // Up to 13 the server keeps passwords as MD5 unless told; the method "md5" takes both kinds.
  const method = majorVersion >= 14 ? "scram-sha-256" : "md5";
  return `local all all trust
local replication all trust
host all all 127.0.0.1/32 trust
host all all ::1/128 trust
host replication all 127.0.0.1/32 trust
host replication all ::1/128 trust
host all all all ${method}
`;
}

/**
 * Makes the data directory depend on files that our containers bring along, so that a server started on it by any other
 * container, which would not take the lock, does not start.
 * `postgresql.auto.conf` is read even by a server that is given another `config_file`. Its `include` stops such a server before
 * it takes the pid file away from the one that runs, which then shuts down within a minute. ALTER SYSTEM drops the `include` until
 * the next start, but not `hba_file`.
 */
const ONE_WRITER = `one_writer() {
  grep -qsxF "$2" "$PGDATA/$1" || printf '%s\\n' "$2" >> "$PGDATA/$1"
}
one_writer postgresql.conf "include '${GUARD_FILE}'"
one_writer postgresql.auto.conf "include '${GUARD_FILE}'"
one_writer postgresql.auto.conf "hba_file = '${HBA_FILE}'"
`;

/**
 * Starts Postgres behind a lock on its volume, and only where it would write into that volume.
 * Postgres itself cannot see a second server in another container (its pid file and shared memory are per namespace), both
 * start, and acknowledged rows are lost. `flock` works across containers, since the mount is one inode; the server inherits
 * descriptor 9, so the lock lives as long as its last process.
 */
export function postgresStartScript(mountPath: string): string {
  return `#!/bin/bash
set -eu
refuse() {
  echo "clerk-hasura: $1; nothing was written. $2" >&2
  exit "$3"
}
official="Set postgres.image to an image that is built on the official postgres image."
mountpoint -q "${mountPath}" ||
  refuse "no volume is mounted at ${mountPath}, so the data would go with the container" "Bring the stack up again." 78
data=$PGDATA
until [ -e "$data" ]; do data=$(dirname "$data"); done
case "$(readlink -f "$data")/" in
  "$(readlink -f "${mountPath}")"/*) ;;
  *) refuse "the data directory $PGDATA lies outside the volume at ${mountPath}, so the data would go with the container" "$official" 78 ;;
esac
command -v docker-entrypoint.sh >/dev/null ||
  refuse "the image has no docker-entrypoint.sh" "$official" 78
exec 9<"${mountPath}"
flock -n 9 ||
  refuse "another Postgres server runs on this volume; two would lose rows" "Stop it first." 75
rm -f "${mountPath}/${NEW_VOLUME_FILE}"
if [ -s "$PGDATA/PG_VERSION" ]; then
${indented(ONE_WRITER)}fi
exec docker-entrypoint.sh "$@"
`;
}

function indented(script: string): string {
  return script.replace(/^(?=.)/gm, "  ");
}

/** Runs at the first start only. The image sources it into its entrypoint, so it must not change that shell's options. */
export const FIRST_START_SCRIPT = ONE_WRITER;

/** Health check: SQL over TCP, since the temporary server of the first start answers on the socket only (docker-library/postgres #146). */
export const POSTGRES_HEALTHCHECK = [
  "CMD-SHELL",
  "psql -h 127.0.0.1 -U postgres -d postgres -qtAc 'select 1' >/dev/null",
];

/**
 * Where the volume is mounted: where the official image of a Postgres major version declares its own.
 * Version 18 moved it (docker-library/postgres #1259); a mount on the wrong one silently writes into an anonymous volume.
 */
export function volumePath(majorVersion: number): string {
  return majorVersion >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
}

/**
 * The data directory (PGDATA), at or under the mount. It is given to every image: one that keeps its data elsewhere,
 * as timescaledb-ha does, would write into the container's own layer, which goes with the container.
 */
export function dataPath(majorVersion: number): string {
  const mount = volumePath(majorVersion);
  return majorVersion >= 18 ? `${mount}/${majorVersion}/docker` : mount;
}
