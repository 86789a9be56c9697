/**
 * About how long a database container that is replaced does not answer.
 * Source: docs/benchmarks.md, cold start by `docker compose up --wait` with a check every second, median of 3.73 s. It was
 * measured with Postgres 15 and the double of the engine, and is for both containers from nothing to the first authorised
 * answer, an upper bound for the database alone.
 */
export const DATABASE_RESTART_SECONDS = 4;

/**
 * How long a replaced engine does not answer, seen on a released one (2026-11): it closes its socket at once and then needs 8 to
 * 12 s to end without clients, and with an open WebSocket 40 s; new connections failed for up to 53 s.
 */
export const ENGINE_RESTART_SECONDS = {
  withoutClients: 10,
  stopWithClients: 40,
  start: 13,
} as const;
