import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import type { CommandInputs } from "./commandInputs";

/** What a finished command printed, without the last line break. */
export interface CommandOutputs {
  stdout: string;
  stderr: string;
}

/** One start of a command. */
export interface CommandRun {
  command: string;
  inputs: CommandInputs;
  previous: Partial<CommandOutputs>;
  log(line: string): unknown;
}

/** Node sends no error of more than 64 KB, of which a character may take nine. */
const errorTailLength = 6000;

/** What Go calls the signals that end commands. */
const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGHUP: "hangup",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGTERM: "terminated",
};

function environmentOf({ inputs, previous }: CommandRun): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env, ...inputs.environment };
  if (inputs.addPreviousOutputInEnv === false) return env;
  if (previous.stdout) env.PULUMI_COMMAND_STDOUT = previous.stdout;
  if (previous.stderr) env.PULUMI_COMMAND_STDERR = previous.stderr;
  return env;
}

function startCommand(run: CommandRun): ChildProcess {
  const { interpreter, dir, stdin } = run.inputs;
  const [program = "/bin/sh", ...args] = interpreter?.length ? interpreter : ["/bin/sh", "-c"];
  const child = spawn(program, [...args, run.command], {
    cwd: dir ?? process.cwd(),
    env: environmentOf(run),
    stdio: "pipe",
  });
  // A command may end without reading its input; that is its own affair.
  child.stdin?.on("error", () => undefined);
  child.stdin?.end(stdin ?? "");
  return child;
}

function collect(stream: Readable | null, into: Buffer[], both: Buffer[]): void {
  stream?.on("data", (chunk: Buffer) => {
    into.push(chunk);
    both.push(chunk);
  });
}

function logLines(child: ChildProcess, run: CommandRun): void {
  const { logging = "stdoutAndStderr" } = run.inputs;
  const chosen = [
    logging === "stdout" || logging === "stdoutAndStderr" ? child.stdout : null,
    logging === "stderr" || logging === "stdoutAndStderr" ? child.stderr : null,
  ];
  for (const stream of chosen) {
    if (stream) createInterface({ input: stream }).on("line", (line) => run.log(line));
  }
}

function text(chunks: Buffer[]): string {
  return Buffer.concat(chunks).toString("utf8");
}

/** A text in Go's quotes (strconv.Quote): JSON's, but for what cannot be printed. */
function goQuoted(value: string): string {
  return JSON.stringify(value)
    .replaceAll("\\u0007", "\\a")
    .replaceAll("\\u000b", "\\v")
    .replace(/\\u00([01][0-9a-f])/g, "\\x$1")
    .replaceAll("\x7f", "\\x7f");
}

/** Worded as the published plugin does (pulumi-command, local/commandOutputs.go, "%w: running %q:\n%s"). */
function failureText(command: string, ending: string, printed: string): string {
  const tail = printed.length > errorTailLength ? `…${printed.slice(-errorTailLength)}` : printed;
  return `${ending}: running ${goQuoted(command)}:\n${tail}`;
}

function startFailure(program: string, dir: string | undefined, error: Error): string {
  if (!("code" in error) || error.code !== "ENOENT") return error.message;
  if (dir !== undefined && !existsSync(dir)) return `chdir ${dir}: no such file or directory`;
  if (program.includes("/")) return `fork/exec ${program}: no such file or directory`;
  return `exec: ${goQuoted(program)}: executable file not found in $PATH`;
}

/** Runs commands one per call and kills those still running when the engine cancels. */
export class CommandRunner {
  private readonly running = new Set<ChildProcess>();

  /** Resolves with the output of a command that ended with 0; rejects with status and output otherwise. */
  run(run: CommandRun): Promise<CommandOutputs> {
    const child = startCommand(run);
    const [stdout, stderr, both]: Buffer[][] = [[], [], []];
    this.running.add(child);
    collect(child.stdout, stdout ?? [], both ?? []);
    collect(child.stderr, stderr ?? [], both ?? []);
    logLines(child, run);
    return new Promise((resolve, reject) => {
      child.once("error", (error) => {
        this.running.delete(child);
        const { interpreter, dir } = run.inputs;
        const reason = startFailure(interpreter?.[0] ?? "/bin/sh", dir, error);
        reject(new Error(failureText(run.command, reason, "")));
      });
      child.once("close", (code, signal) => {
        this.running.delete(child);
        if (code === 0) {
          const clean = (chunks: Buffer[] = []) => text(chunks).replace(/\n$/, "");
          resolve({ stdout: clean(stdout), stderr: clean(stderr) });
          return;
        }
        const ended = signalNames[signal ?? "SIGKILL"] ?? signal;
        const ending = code === null ? `signal: ${ended}` : `exit status ${code}`;
        reject(new Error(failureText(run.command, ending, text(both ?? []))));
      });
    });
  }

  /** Kills every command that is still running. */
  cancel(): void {
    for (const child of this.running) child.kill("SIGKILL");
  }
}
