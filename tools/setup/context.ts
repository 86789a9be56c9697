import { type ChildProcess, spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import type { Paths } from "./paths";

export interface RunOptions {
  /** Working directory, the checkout by default. */
  cwd?: string;
  /** Whole environment, this process's by default. */
  env?: NodeJS.ProcessEnv;
  /** Written to the command's standard input, which is empty by default. */
  input?: string;
  /** The command is ended after that long; no limit by default. */
  timeoutMs?: number;
}

/** What every set-up step and every air-gapped build works with. */
export interface Context {
  /** Where expensive results are kept between checkouts. */
  cacheDir: string;
  /** Runs a command and gives its standard output; both streams go to the log. */
  run: (command: string, args: string[], options?: RunOptions) => Promise<string>;
  /** Writes one line to the log. */
  log: (line: string) => void;
  /** What is being done now, in a few words. */
  say: (text: string) => void;
}

/** The line of an error output that says most: the first that announces an error, else the last. */
export function tellingLine(stderr: string) {
  const lines = stderr.trim().split("\n");
  const announced = lines.find((line) => /^(npm error(?! code)|error:|E:) *\S/i.test(line));
  return (announced ?? lines.at(-1) ?? "").trim();
}

/** A command that did not succeed; its output is in the log. */
export class CommandFailed extends Error {
  readonly stderr: string;

  constructor(command: string, args: string[], reason: string, stderr: string) {
    const told = tellingLine(stderr);
    const name = [command.split("/").at(-1), ...args.slice(0, 2)].join(" ");
    super(`\`${name}\` ${reason}${told ? `: ${told}` : ""}`);
    this.name = "CommandFailed";
    this.stderr = stderr;
  }
}

const running: Set<ChildProcess> = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

/**
 * Runs one command to its end. Returns its standard output. Throws CommandFailed when it cannot be started, fails, or
 * takes too long.
 */
export function runCommand(
  command: string,
  args: string[],
  options: RunOptions & { onOutput?: (chunk: Buffer, stream: "stdout" | "stderr") => void } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const { cwd, env, input, timeoutMs, onOutput } = options;
    const child = spawn(command, args, { cwd, env, timeout: timeoutMs, stdio: "pipe" });
    running.add(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
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
    const textOf = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
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

/** One context per step, all with one log. */
export function contextsWithLog(paths: Paths): (say: (text: string) => void) => Context {
  // Written at once, so that the log is whole however this process ends.
  const file = openSync(paths.setupLog, "w", 0o600);
  const log = (line: string) => {
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
