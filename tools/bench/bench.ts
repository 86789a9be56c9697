import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { exchange } from "../../infra/http/exchange";
import { parseJson } from "../../infra/http/sendRequest";
import { type RunOptions, runCommand } from "../setup/context";
import type { Parts } from "../setup/parts";
import type { Paths } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { mintToken } from "../token/mintToken";
import { alternate, rowsOf, type Series } from "./measure";

/** Longest time for one command of a measurement. */
const COMMAND_LIMIT_MS = 240_000;

interface Cleanup {
  what: string;
  undo: () => Promise<void>;
}

interface Given {
  paths: Paths;
  parts: Parts;
  quick: boolean;
}

/** What all measurements share: a directory, time limits and the cleanup. */
export class Bench {
  #cleanups: Cleanup[] = [];
  #stopped = false;
  #stacks = 0;
  readonly paths: Paths;
  readonly parts: Parts;
  /** A new directory that nobody else uses. */
  readonly directory: string;
  readonly quick: boolean;

  constructor(given: Given & { directory: string }) {
    this.paths = given.paths;
    this.parts = given.parts;
    this.directory = given.directory;
    this.quick = given.quick;
  }

  /** Stops the measurements before their next command. */
  stop() {
    this.#stopped = true;
  }

  /** Returns a name that no other stack, project or container of this engine has. */
  uniqueName() {
    this.#stacks += 1;
    return `bench-${process.pid}-${this.#stacks}`;
  }

  /** Registers a cleanup. Returns a function that runs it now. */
  atEnd(what: string, undo: () => Promise<void>): () => Promise<void> {
    const entry = { what, undo };
    this.#cleanups.push(entry);
    return async () => {
      this.#cleanups = this.#cleanups.filter((one) => one !== entry);
      await undo();
    };
  }

  /** Runs the remaining cleanups, latest first; one failure does not stop the others. */
  async cleanUp() {
    for (const { what, undo } of this.#cleanups.splice(0).reverse()) {
      await undo().catch((error) => this.say(`${what} was not removed: ${error}`));
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  say(text: string) {
    process.stderr.write(`${text}\n`);
  }

  /** Runs a command. Returns its standard output. */
  run(command: string, args: string[], options: RunOptions = {}): Promise<string> {
    if (this.#stopped) throw new UserError("interrupted", 130);
    const output: Buffer[] = [];
    return runCommand(command, args, {
      cwd: this.directory,
      timeoutMs: COMMAND_LIMIT_MS,
      ...options,
      onOutput: (chunk) => output.push(chunk),
    }).catch((error) => {
      // Pulumi tells on its standard output what went wrong.
      const told = Buffer.concat(output).toString("utf8").trim().split("\n");
      const lines = told.filter((line) => /error|exception/i.test(line)).slice(-5);
      throw new Error([error.message, ...lines].join("\n"));
    });
  }

  /** Measures one group: at least one round, and more while there is time. */
  async compare(series: Series[], rounds: number) {
    const say = (text: string) => this.say(`  ${text}`);
    const until = Date.now() + (this.quick ? 60_000 : 150_000);
    const isLate = () => Date.now() > until;
    const samples = await alternate(series, { rounds, isLate, say });
    return { samples, rows: rowsOf(series, samples) };
  }
}

export async function newBench(given: Given): Promise<Bench> {
  const directory = await mkdtemp(join(tmpdir(), "clerk-hasura-bench-"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return new Bench({ ...given, directory });
}

/** Returns the seconds that the work took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** Returns loopback ports that nobody listens on. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(0, "127.0.0.1", () => resolve(undefined));
      });
      return server;
    }),
  );
  const ports = servers.map((server) => Number(Object(server.address()).port));
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Removes containers, then networks and volumes, that carry a label. */
export async function removeLabelled(bench: Bench, label: string) {
  // Not by way of the bench: after an interruption it starts nothing any more, but this has to run.
  const docker = (...args: string[]) =>
    runCommand("docker", args, { cwd: bench.directory, timeoutMs: 120_000 });
  const filter = ["--filter", `label=${label}`];
  const kinds = [
    { list: ["ps", "--all", "--quiet"], remove: ["rm", "--force", "--volumes"] },
    { list: ["network", "ls", "--quiet"], remove: ["network", "rm"] },
    { list: ["volume", "ls", "--quiet"], remove: ["volume", "rm"] },
  ];
  for (const { list, remove } of kinds) {
    const found = (await docker(...list, ...filter)).split("\n").filter((line) => line !== "");
    if (found.length > 0) await docker(...remove, ...found);
  }
}

/** Longest wait for the first answer once the engine has started. */
const ANSWER_LIMIT_MS = 60_000;

/** A key for measurements only: its containers live for seconds, on loopback. */
export const THROWAWAY_KEY = "measurement-key-that-protects-nothing-at-all-0123456789abcdefgh";
export const ISSUER = "https://bench.clerk-hasura.invalid";

/** Mints a token with the claims of a signed-in user, as the component's default identity accepts them. */
export function benchToken() {
  const tokenShape = { claimsFormat: "json", defaultRole: "user", allowedRoles: ["user"] };
  const secret = { type: "HS256", key: THROWAWAY_KEY };
  return mintToken({ secret, issuer: ISSUER, tokenShape, user: "user_bench", ttlSeconds: 600 });
}

/** Whether GraphQL answers the user of the token. */
async function answers(port: number, token: string): Promise<boolean> {
  const request = {
    method: "POST",
    url: `http://127.0.0.1:${port}/v1/graphql`,
    headers: { authorization: `Bearer ${token}` },
    body: { query: "{ __typename }" },
  };
  const response = await exchange(request, 65_536, AbortSignal.timeout(5000)).catch(
    () => undefined,
  );
  if (response?.status !== 200) return false;
  const body = Object(parseJson(response.text ?? ""));
  return body.data?.__typename !== undefined && body.errors === undefined;
}

/** Waits until GraphQL answers the token. */
export async function firstAnswer(port: number, token: string) {
  const until = Date.now() + ANSWER_LIMIT_MS;
  while (!(await answers(port, token))) {
    if (Date.now() > until) throw new Error(`no authorised answer on port ${port}`);
    await delay(20);
  }
}
