import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";
import type { TestPostgres } from "../../testPostgres";
import { startEngine } from "../engine";
import { StartupError } from "../engineError";
import type { ProcessEnvironment } from "../environmentReader";
import { engineEnvironment } from "../testEngine";

const run = promisify(execFile);
const IMAGE = process.env.CLERK_HASURA_ENGINE_IMAGE;
const START_TIMEOUT_MS = 120_000;

/** A real engine's image; undefined where the double answers, in this process. */
const realImage = IMAGE === undefined || IMAGE.includes("-double:") ? undefined : IMAGE;

export type RunningEngine = { port: number; stop(): Promise<void> };
/** An engine that runs, or the last line it printed before it ended with code 1. */
export type Start = { engine: RunningEngine } | { code: number; lastLine: string };

let started = 0;

/**
 * Starts the engine that CLERK_HASURA_ENGINE_IMAGE names on the environment of the recordings: a real one as
 * a container on the network of the host, so that it finds this process's Postgres and key sets; the
 * double in this process.
 */
export async function startRecorded(
  postgres: Pick<TestPostgres, "url">,
  extra: ProcessEnvironment,
): Promise<Start> {
  const env = engineEnvironment(postgres, {
    HASURA_GRAPHQL_LIVE_QUERIES_MULTIPLEXED_REFETCH_INTERVAL: undefined,
    HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
    ...extra,
  });
  if (realImage !== undefined) return startContainer(realImage, env);
  try {
    return { engine: await startEngine(env, () => undefined) };
  } catch (error) {
    if (error instanceof StartupError) return { code: 1, lastLine: error.message };
    throw error;
  }
}

async function startContainer(image: string, env: ProcessEnvironment): Promise<Start> {
  started += 1;
  const name = `chtest-recorded-${process.pid}-${started}`;
  const port = await freePort();
  const all = { ...env };
  if (all.HASURA_GRAPHQL_SERVER_PORT === "0") all.HASURA_GRAPHQL_SERVER_PORT = String(port);
  const names = Object.entries(all).flatMap(([key, value]) =>
    value === undefined ? [] : ["--env", key],
  );
  const args = ["run", "--detach", "--name", name, "--network", "host", ...names, image];
  await run("docker", args, { env: { ...process.env, ...all } });
  const stop = async () => {
    await run("docker", ["rm", "--force", "--volumes", name]);
  };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline) {
    const ended = await endOf(name);
    if (ended !== undefined) {
      await stop();
      return ended;
    }
    if (await isUp(port)) return { engine: { port, stop } };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  await stop();
  throw new Error(`the engine ${image} neither started nor ended within two minutes`);
}

async function endOf(name: string): Promise<{ code: number; lastLine: string } | undefined> {
  const format = "{{.State.Running}} {{.State.ExitCode}}";
  const { stdout: state } = await run("docker", ["inspect", "--format", format, name]);
  const [running, code] = state.trim().split(" ");
  if (running === "true") return undefined;
  const { stdout } = await run("docker", ["logs", name]);
  return { code: Number(code), lastLine: stdout.trim().split("\n").at(-1) ?? "" };
}

async function isUp(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/v1/version`)).ok;
  } catch {
    return false;
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
