import { type ChildProcess, spawn } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import type { Paths } from "./paths";

/** Which parts the set-up takes: released ones, those built here, or whichever can be had. */
export type PartsChoice = "auto" | "released" | "local";

export interface RunOptions {
  /** Default: the checkout. */
  cwd?: string;
  /** The whole environment. Default: that of this process. */
  env?: NodeJS.ProcessEnv;
  /** Standard input. Default: empty. */
  input?: string;
  /** Time limit. Default: none. */
  timeoutMs?: number;
}

/** What set-up steps and air-gapped builds work with. */
export interface Context {
  /** Cache that all checkouts share. */
  cacheDir: string;
  /** Runs a command. Returns its standard output; both streams go to the log. */
  run: (command: string, args: string[], options?: RunOptions) => Promise<string>;
  /** Writes one line to the log. */
  log: (line: string) => void;
  /** Shows what is being done now, in a few words. */
  say: (text: string) => void;
}

/** Returns the most useful line of an error output: the first that announces an error, else the last. */
export function tellingLine(stderr: string) {
  const lines = stderr.trim().split("\n");
  const announced = lines.find((line) => /^(npm error(?! code)|error:|E:) *\S/i.test(line));
  return (announced ?? lines.at(-1) ?? "").trim();
}

/** A command that failed; its output is in the log. */
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

/** Runs a command. Returns its standard output. Throws CommandFailed if it does not start, fails or takes too long. */
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
    // A command may end without reading its input; its exit code counts.
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

/** Returns a context for each step, all with the same log. */
export function contextsWithLog(paths: Paths): (say: (text: string) => void) => Context {
  // Written synchronously, so that the log is complete however this process ends.
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
