import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isRunning } from "../../../tools/setup/setupLock.mjs";
import { delay } from "../../support/waiting";

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

/** Whether this system shows a process's environment to its owner, as Linux does. */
export const SHOWS_ENVIRONMENTS = process.platform === "linux";

/** The ids of all processes that one has started, and of those that these have started. */
async function processesBelow(ancestor: number): Promise<number[]> {
  const listed = await demandProcess("ps", ["-A", "-o", "pid=,ppid="], { env: process.env });
  const pairs = listed.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([ancestor]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [pid = 0, parent = 0] of pairs) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== ancestor);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended, or belongs to somebody else.
    return "";
  }
}

/** The environments of what a command starts, until it ends and as far as looking now and then shows them. */
export async function environmentsBelow({ pid, finished }: RunningProcess): Promise<string> {
  const seen = new Set<string>();
  let going = true;
  const end = () => {
    going = false;
  };
  finished.then(end, end);
  while (going) {
    for (const child of await processesBelow(pid)) seen.add(environmentOf(child));
    await delay(50);
  }
  return [...seen].join("\n");
}

/** The command lines of all processes of this machine while something goes on, as far as looking now and then shows them. */
export async function commandLinesDuring(work: Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let going = true;
  const end = () => {
    going = false;
  };
  work.then(end, end);
  while (going) {
    const listed = await demandProcess("ps", ["-A", "-ww", "-o", "args"], { env: process.env });
    for (const line of listed.split("\n")) seen.add(line);
    await delay(50);
  }
  await work;
  return [...seen].join("\n");
}

function parentOf(pid: number): number | undefined {
  try {
    // The name in brackets may hold spaces and brackets of its own.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Process ids of everything that a process has started, directly or not; plugins leave its group. None where /proc is missing. */
export function descendantsOf(pid: number): number[] {
  if (!existsSync("/proc")) return [];
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((name) => [Number(name), parentOf(Number(name))]));
  const found = [pid];
  for (const known of found) {
    for (const [child, parent] of parents) if (parent === known) found.push(child);
  }
  return found.slice(1);
}

/** Which of some processes still run. */
export function livingOf(pids: number[]): number[] {
  return pids.filter(isRunning);
}

/** Kills processes that the test has started, as far as they are still there. */
export function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
