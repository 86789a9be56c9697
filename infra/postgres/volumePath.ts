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
