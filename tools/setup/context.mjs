import { spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";

/**
 * @typedef {object} RunOptions
 * @property {string} [cwd] Working directory, the checkout by default.
 * @property {NodeJS.ProcessEnv} [env] Whole environment, this process's by default.
 * @property {string} [input] Written to the command's standard input, which is empty by default.
 * @property {number} [timeoutMs] The command is ended after that long; no limit by default.
 */

/**
 * What every set-up step and every air-gapped build works with.
 * @typedef {object} Context
 * @property {string} cacheDir Where expensive results are kept between checkouts.
 * @property {(command: string, args: string[], options?: RunOptions) => Promise<string>} run
 *   Runs a command and gives its standard output; both streams go to the log.
 * @property {(line: string) => void} log Writes one line to the log.
 * @property {(text: string) => void} say What is being done now, in a few words.
 */

/**
 * The line of an error output that says most: the first that announces an error, else the last.
 * @param {string} stderr
 */
export function tellingLine(stderr) {
  const lines = stderr.trim().split("\n");
  const announced = lines.find((line) => /^(npm error(?! code)|error:|E:) *\S/i.test(line));
  return (announced ?? lines.at(-1) ?? "").trim();
}

/** A command that did not succeed; its output is in the log. */
export class CommandFailed extends Error {
  /**
   * @param {string} command
   * @param {string[]} args
   * @param {string} reason
   * @param {string} stderr
   */
  constructor(command, args, reason, stderr) {
    const told = tellingLine(stderr);
    const name = [command.split("/").at(-1), ...args.slice(0, 2)].join(" ");
    super(`\`${name}\` ${reason}${told ? `: ${told}` : ""}`);
    this.name = "CommandFailed";
    this.stderr = stderr;
  }
}

/** @type {Set<import("node:child_process").ChildProcess>} */
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/**
 * Runs one command to its end.
 * @param {string} command
 * @param {string[]} args
 * @param {RunOptions & { onOutput?: (chunk: Buffer, stream: "stdout" | "stderr") => void }} [options]
 * @returns {Promise<string>} Its standard output.
 * @throws {CommandFailed} when it cannot be started, fails, or takes too long.
 */
export function runCommand(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const { cwd, env, input, timeoutMs, onOutput } = options;
    const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: "pipe" });
    running.add(child);
    /** @type {Buffer[]} */
    const stdout = [];
    /** @type {Buffer[]} */
    const stderr = [];
    child.stdout.on("data", (chunk) => {
      stdout.push(chunk);
      onOutput?.(chunk, "stdout");
    });
    child.stderr.on("data", (chunk) => {
      stderr.push(chunk);
      onOutput?.(chunk, "stderr");
    });
    // A command that ends without reading its input is judged by its exit code.
    child.stdin.on("error", () => {});
    child.stdin.end(input ?? "");
    const textOf = (/** @type {Buffer[]} */ chunks) => Buffer.concat(chunks).toString("utf8");
    child.on("error", (error) => {
      running.delete(child);
      reject(new CommandFailed(command, args, `did not start: ${error.message}`, ""));
    });
    child.on("close", (code, signal) => {
      running.delete(child);
      if (code === 0) return resolve(textOf(stdout));
      const reason = signal ? `was ended by ${signal}` : `failed with exit code ${code}`;
      reject(new CommandFailed(command, args, reason, textOf(stderr)));
    });
  });
}

/**
 * @param {import("./paths.mjs").Paths} paths
 * @returns {(say: (text: string) => void) => Context} One context per step, all with one log.
 */
export function contextsWithLog(paths) {
  // Written at once, so that the log is whole however this process ends.
  const file = openSync(paths.setupLog, "w", 0o600);
  const log = (/** @type {string} */ line) => {
    writeSync(file, `${new Date().toISOString()} ${line}\n`);
  };
  return (say) => ({
    cacheDir: paths.cacheDir,
    log,
    say: (text) => {
      log(text);
      say(text);
    },
    run: async (command, args, options) => {
      const started = Date.now();
      log(`$ ${command} ${args.join(" ")}`);
      try {
        return await runCommand(command, args, {
          cwd: paths.root,
          ...options,
          onOutput: (chunk) => writeSync(file, chunk),
        });
      } finally {
        log(`# ${command} took ${((Date.now() - started) / 1000).toFixed(1)} s`);
      }
    },
  });
}
