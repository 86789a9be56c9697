import { type ChildProcess, spawn } from "node:child_process";
import { descendantsOf, killAll } from "./descendants";

/** How a command ended. */
export interface Finished {
  /** Exit code; -1 where a signal ended it. */
  code: number;
  stdout: string;
  /** Both streams, as they came. */
  text: string;
}

/** How a command is run. */
export interface ProcessOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  /** Written to standard input, which is empty by default. */
  input?: string;
  /** The command and all it started are killed after that long. Default: 60 s. */
  timeoutMs?: number;
}

/** A command that runs in a process group of its own. */
export interface RunningProcess {
  pid: number;
  finished: Promise<Finished>;
  /** Kills the command and everything that it has started, Pulumi's plugins among them. */
  kill(): void;
  /** Kills the process group of the command alone: plugins lead groups of their own. */
  killGroup(): void;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of running) killTree(child.pid);
});

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group is gone.
  }
}

function killTree(pid: number | undefined): void {
  if (pid === undefined) return;
  // Asked first: whatever loses its parent is no longer known as a descendant.
  const started = descendantsOf(pid);
  killGroup(pid);
  killAll(started);
}

/** Starts a command; a limit that is passed is told in the text. */
export function startProcess(
  command: string,
  args: string[],
  options: ProcessOptions = {},
): RunningProcess {
  const { cwd, env, input = "", timeoutMs = 60_000 } = options;
  const child = spawn(command, args, { cwd, env, detached: true, stdio: "pipe" });
  running.add(child);
  let stdout = "";
  let text = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
    text += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
  });
  // A command that ends without reading its input is judged by its exit code.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const finished = new Promise<Finished>((resolve, reject) => {
    const limit = setTimeout(() => {
      text += `\n(killed after ${timeoutMs} ms)`;
      killTree(child.pid);
    }, timeoutMs);
    const settle = (code: number | null) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ code: code ?? -1, stdout, text });
    };
    child.on("error", (error) => {
      clearTimeout(limit);
      running.delete(child);
      reject(error);
    });
    // Not "close": a plugin that outlives the command may hold its streams open.
    child.on("exit", (code) => setTimeout(() => settle(code), 50));
  });
  const { pid = 0 } = child;
  return { pid, finished, kill: () => killTree(child.pid), killGroup: () => killGroup(child.pid) };
}

/** Runs a command to its end, whatever its exit code. */
export function runProcess(
  command: string,
  args: string[],
  options: ProcessOptions = {},
): Promise<Finished> {
  return startProcess(command, args, options).finished;
}

/** Runs a command that has to succeed and gives its standard output. */
export async function demandProcess(
  command: string,
  args: string[],
  options: ProcessOptions = {},
): Promise<string> {
  const { code, stdout, text } = await runProcess(command, args, options);
  if (code === 0) return stdout;
  throw new Error(`${command} ${args.slice(0, 3).join(" ")} failed (${code}):\n${text}`);
}
