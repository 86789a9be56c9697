import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { promisify } from "node:util";
import { POSTGRES } from "../../../tests/support/postgresImages";
import { PostgresServer } from "./connection";
import type { ProviderConfig } from "./providerConfig";

const run = promisify(execFile);

/** A throwaway Postgres in a container of its own. */
export interface TestServer {
  config: ProviderConfig;
  server: PostgresServer;
  /** Everything the server has logged so far. */
  logs(): Promise<string>;
  stop(): Promise<void>;
}

async function start(name: string, password: string): Promise<number> {
  // The password goes by environment: a command line can be read by every user of the machine.
  const options = ["--env", "POSTGRES_PASSWORD", "--publish", "127.0.0.1::5432", POSTGRES.image];
  const env = { ...process.env, POSTGRES_PASSWORD: password };
  await run("docker", ["run", "--detach", "--name", name, ...options], { env });
  const { stdout } = await run("docker", ["port", name, "5432/tcp"]);
  return Number(stdout.trim().split("\n")[0]?.split(":").at(-1));
}

async function untilReady(server: PostgresServer, name: string): Promise<void> {
  const end = Date.now() + 60_000;
  for (;;) {
    try {
      await server.session("", (session) => session.rows("SELECT 1"));
      return;
    } catch (error) {
      if (Date.now() > end) {
        const { stderr } = await run("docker", ["logs", "--tail", "20", name]);
        throw new Error(`Postgres did not answer within 60 s: ${error}\n${stderr}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Starts the Postgres of this test run and waits until it takes SQL. */
export async function startTestServer(): Promise<TestServer> {
  const name = `chtest-postgresqldouble-${process.pid}-${randomBytes(2).toString("hex")}`;
  const password = randomBytes(12).toString("hex");
  const stop = async () => {
    await run("docker", ["rm", "--force", "--volumes", name]);
  };
  try {
    const port = await start(name, password);
    const config: ProviderConfig = {
      host: "127.0.0.1",
      port,
      username: "postgres",
      password,
      database: "postgres",
      tls: false,
      connectTimeout: 5,
      superuser: true,
    };
    const server = new PostgresServer(config);
    await untilReady(server, name);
    const logs = async () => {
      const { stdout, stderr } = await run("docker", ["logs", name], { maxBuffer: 64 << 20 });
      return stdout + stderr;
    };
    return { config, server, logs, stop };
  } catch (error) {
    await stop().catch(() => undefined);
    throw error;
  }
}
