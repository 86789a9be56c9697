/**
 * About how long a container that is replaced does not answer.
 * Source: docs/benchmarks.md, cold start by `docker compose up --wait` with a check every second, median of 3.73 s. It was
 * measured with Postgres 15 and the double of the engine, and is for both containers from nothing to the first authorised
 * answer, an upper bound for each of them. A released engine that has much metadata to load takes longer.
 */
export const RESTART_SECONDS = { engine: 4, database: 4 } as const;
