import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { Client } from "pg";
import { POSTGRES } from "../../tests/support/postgresImages";

const run = promisify(execFile);
const START_TIMEOUT_MS = 60_000;

/** A real Postgres for one test file, on loopback. */
export type TestPostgres = {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  url: string;
  /** Removes what was started. */
  stop(): Promise<void>;
};

let started = 0;

/**
 * Starts the Postgres of this test run as a container, or, where CLERK_HASURA_TEST_POSTGRES_URL names a running server,
 * makes a fresh database in it.
 */
export async function startTestPostgres(): Promise<TestPostgres> {
  const server = process.env.CLERK_HASURA_TEST_POSTGRES_URL;
  if (server !== undefined) return freshDatabase(server);
  return startContainer(POSTGRES.image);
}

async function freshDatabase(server: string): Promise<TestPostgres> {
  const database = `chtest_${process.pid}_${randomBytes(4).toString("hex")}`;
  await execute(server, `create database ${database}`);
  const url = new URL(server);
  url.pathname = `/${database}`;
  return {
    host: url.hostname,
    port: Number(url.port || "5432"),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
    url: url.toString(),
    stop: () => execute(server, `drop database if exists ${database} with (force)`),
  };
}

async function execute(url: string, sql: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function startContainer(image: string): Promise<TestPostgres> {
  started += 1;
  const name = `chtest-postgres-${process.pid}-${started}`;
  const password = randomBytes(16).toString("hex");
  await run(
    "docker",
    ["run", "--detach", "--name", name, "--publish", "127.0.0.1::5432"].concat([
      "--env",
      "POSTGRES_PASSWORD",
      image,
    ]),
    { env: { ...process.env, POSTGRES_PASSWORD: password } },
  );
  const stop = async () => {
    await run("docker", ["rm", "--force", "--volumes", name]);
  };
  try {
    const { stdout } = await run("docker", ["port", name, "5432/tcp"]);
    const port = Number(stdout.trim().split("\n")[0]?.split(":").at(-1));
    const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
    await waitUntilReady(url);
    const names = { user: "postgres", password, database: "postgres" };
    return { host: "127.0.0.1", port, ...names, url, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(url: string): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    try {
      return await execute(url, "select 1");
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}
