import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runCommand } from "../setup/context.mjs";
import { UserError } from "../setup/userError.mjs";

/** @typedef {import("../setup/context.mjs").RunOptions} RunOptions */

/** No command of a measurement takes longer on a machine that works. */
const COMMAND_LIMIT_MS = 240_000;

/**
 * @typedef {object} Cleanup
 * @property {string} what
 * @property {() => Promise<void>} undo
 */

/** What all measurements share: a place of their own, a bound in time, and what to undo. */
export class Bench {
  /** @type {Cleanup[]} */
  #cleanups = [];
  #stopped = false;
  #stacks = 0;

  /**
   * @param {object} given
   * @param {import("../setup/paths.mjs").Paths} given.paths
   * @param {import("../setup/launcher.mjs").Parts} given.parts
   * @param {string} given.directory Empty, and ours alone.
   * @param {boolean} given.quick
   */
  constructor({ paths, parts, directory, quick }) {
    this.paths = paths;
    this.parts = parts;
    this.directory = directory;
    this.quick = quick;
  }

  /** Makes the measurements stop before their next command. */
  stop() {
    this.#stopped = true;
  }

  /** A name that no other stack, project or container of this engine has. */
  uniqueName() {
    this.#stacks += 1;
    return `bench-${process.pid}-${this.#stacks}`;
  }

  /**
   * @param {string} what
   * @param {() => Promise<void>} undo
   * @returns {() => Promise<void>} Undoes it now rather than at the end.
   */
  atEnd(what, undo) {
    const entry = { what, undo };
    this.#cleanups.push(entry);
    return async () => {
      this.#cleanups = this.#cleanups.filter((one) => one !== entry);
      await undo();
    };
  }

  /** Undoes everything that is left, the latest first; one failure does not keep the rest. */
  async cleanUp() {
    for (const { what, undo } of this.#cleanups.splice(0).reverse()) {
      await undo().catch((error) => this.say(`${what} was not removed: ${error}`));
    }
    await rm(this.directory, { recursive: true, force: true });
  }

  /** @param {string} text */
  say(text) {
    process.stderr.write(`${text}\n`);
  }

  /**
   * @param {string} command
   * @param {string[]} args
   * @param {RunOptions} [options]
   * @returns {Promise<string>} What it wrote to its standard output.
   */
  run(command, args, options = {}) {
    if (this.#stopped) throw new UserError("interrupted", 130);
    /** @type {Buffer[]} */
    const output = [];
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

  /**
   * Measures one group; it always gets its first round, and further ones while there is time.
   * @param {import("./measure.mjs").Series[]} series
   * @param {number} rounds
   */
  async compare(series, rounds) {
    const { alternate, rowsOf } = await import("./measure.mjs");
    const say = (/** @type {string} */ text) => this.say(`  ${text}`);
    const until = Date.now() + (this.quick ? 60_000 : 150_000);
    const isLate = () => Date.now() > until;
    const samples = await alternate(series, { rounds, isLate, say });
    return { samples, rows: rowsOf(series, samples) };
  }
}

/**
 * @param {Omit<ConstructorParameters<typeof Bench>[0], "directory">} given
 * @returns {Promise<Bench>}
 */
export async function newBench(given) {
  const directory = await mkdtemp(join(tmpdir(), "clerk-hasura-bench-"));
  await mkdir(directory, { recursive: true, mode: 0o700 });
  return new Bench({ ...given, directory });
}

/**
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} Seconds that it took.
 */
export async function timed(work) {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/**
 * Ports of the loopback address that nobody listens on.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
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
