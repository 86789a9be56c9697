/**
 * Where the official image of a Postgres major version keeps its data, as the mount point of the volume.
 * Version 18 moved it (docker-library/postgres #1259); a mount on the wrong one silently writes into an anonymous volume.
 */
export function volumePath(majorVersion: number): string {
  return majorVersion >= 18 ? "/var/lib/postgresql" : "/var/lib/postgresql/data";
}
