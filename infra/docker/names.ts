/** What tells one instance of the component from every other on the same Docker engine. */
export interface Scope {
  project: string;
  stack: string;
  /** Name of the component. */
  name: string;
}

/** Docker label keys; `npm run recover` and clean-up find what is ours by them. */
export const LABEL = {
  stack: "dev.clerk-hasura.stack",
  component: "dev.clerk-hasura.component",
  part: "dev.clerk-hasura.part",
  instance: "dev.clerk-hasura.instance",
} as const;

/**
 * Name of a container, volume or network: `<project>-<stack>-<component>-<part>`.
 * It is deterministic, so that a volume kept after `down` is found again, and so that a container orphaned by a crash
 * blocks its successor loudly instead of running beside it.
 */
export function dockerName(scope: Scope, part: string): string {
  return [scope.project, scope.stack, scope.name, part]
    .join("-")
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "-");
}

/** Folder inside a container that holds what the component uploads. */
export const UPLOAD_DIR = "/run/clerk-hasura";

/**
 * File within the engine's container that holds every authority a database's certificate may come from.
 * libpq takes one file and knows no system store; without one, `verify-ca` and `verify-full` refuse every server.
 * Source: PostgreSQL manual, libpq, "sslrootcert".
 */
export const DATABASE_AUTHORITIES_FILE = "/tmp/clerk-hasura-authorities.pem";
