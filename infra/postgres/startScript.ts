/** Folder inside a container that holds what the component uploads. */
export const UPLOAD_DIR = "/run/clerk-hasura";

/** File with the superuser's password; the image reads it through POSTGRES_PASSWORD_FILE. */
export const PASSWORD_FILE = `${UPLOAD_DIR}/postgres-password`;

/** Server setting file that exists in our containers only; see `oneWriterInclude`. */
export const GUARD_FILE = `${UPLOAD_DIR}/one-writer.conf`;

/**
 * Starts Postgres behind a lock on its data directory.
 * Postgres itself cannot see a second server in another container (its pid file and shared memory are per namespace), both
 * start, and acknowledged rows are lost. `flock` works across containers, since the directory is one inode; the server inherits
 * descriptor 9, so the lock lives as long as its last process.
 */
export function postgresStartScript(mountPath: string): string {
  return `#!/bin/bash
set -eu
exec 9<"${mountPath}"
if ! flock --nonblock 9; then
  echo "clerk-hasura: another Postgres server runs on this volume; two would lose rows. Stop it first." >&2
  exit 75
fi
exec docker-entrypoint.sh "$@"
`;
}

/**
 * Runs at the first start only: makes the data directory depend on a file that our containers bring along.
 * A server started on the volume by any other container, which would not take the lock, then refuses to start.
 */
export function oneWriterInclude(): string {
  // The image sources this into its entrypoint, so it must not change that shell's options.
  return `echo "include '${GUARD_FILE}'" >> "$PGDATA/postgresql.conf"\n`;
}

/** Health check: SQL over TCP, since the temporary server of the first start answers on the socket only (docker-library/postgres #146). */
export const POSTGRES_HEALTHCHECK = [
  "CMD-SHELL",
  "psql -h 127.0.0.1 -U postgres -d postgres -qtAc 'select 1' >/dev/null",
];
