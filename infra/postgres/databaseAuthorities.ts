/**
 * File within the engine's container that holds every authority a database's certificate may come from.
 * libpq takes one file and knows no system store; without one, `verify-ca` and `verify-full` refuse every server.
 * Source: PostgreSQL manual, libpq, "sslrootcert".
 */
export const DATABASE_AUTHORITIES_FILE = "/tmp/clerk-hasura-authorities.pem";
