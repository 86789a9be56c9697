import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { CommandFailed, runCommand } from "../setup/context";
import { exists, readJsonIfPresent } from "../setup/files";
import type { Parts } from "../setup/parts";
import type { Paths } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { leaveSignalsTo } from "./childSignals";
import { endLeftovers } from "./endLeftovers";
import { remedyFor } from "./remedyFor";

/** Returns what the last set-up found. Throws a UserError if there was none. */
export async function readParts(paths: Paths): Promise<Parts> {
  const parts = await readJsonIfPresent(paths.parts);
  if (!parts || !(await exists(paths.launcher))) {
    throw new UserError("this checkout is not set up yet; run `npm run up` first");
  }
  return parts as unknown as Parts;
}

/** Runs this checkout's Pulumi quietly. Returns what it prints. */
export function askPulumi(paths: Paths, args: string[], env: NodeJS.ProcessEnv = process.env) {
  return runCommand(paths.launcher, [...args, "--non-interactive", "--color", "never"], {
    cwd: paths.root,
    env,
  });
}

export interface Outcome {
  /** Exit code. */
  code: number;
  /** Everything it printed. */
  text: string;
}

/** Runs this checkout's Pulumi with its progress on the terminal and in a log. */
export function showPulumi(
  paths: Paths,
  args: string[],
  extraEnv: Record<string, string> = {},
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const log = createWriteStream(paths.upLog, { flags: "a", mode: 0o600 });
    log.write(`${new Date().toISOString()} $ pulumi ${args.join(" ")}\n`);
    const child = spawn(paths.launcher, [...args, "--non-interactive", "--color", "never"], {
      cwd: paths.root,
      env: { ...process.env, ...extraEnv },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    leaveSignalsTo(child);
    let text = "";
    const show = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      log.write(chunk);
      process.stdout.write(chunk);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", reject);
    let leftovers: Promise<unknown> | undefined;
    // A plugin that outlives the engine keeps the streams open, so "close" would wait for it.
    child.on("exit", () => {
      leftovers = endLeftovers(child.pid ?? 0);
    });
    child.on("close", async (code, signal) => {
      await leftovers;
      if (signal) text += `\ninterrupted by ${signal}`;
      log.end(() => resolve({ code: code ?? 1, text }));
    });
  });
}

export function firstError(text: string) {
  const line = text.split("\n").find((candidate) => /error:/i.test(candidate)) ?? text.trim();
  return line.replace(/^.*?error:\s*/i, "").trim();
}

/** Returns the state of a stack with encrypted secrets. Throws a UserError if it cannot be read. */
export async function exportedState(paths: Paths, stack: string): Promise<unknown> {
  try {
    return JSON.parse(await askPulumi(paths, ["stack", "export", "--stack", stack]));
  } catch (error) {
    throw stackProblem(error, stack);
  }
}

/** Returns the outputs of a stack, secrets in plain text: never print them. Throws a UserError if it cannot be read. */
export async function stackOutputs(paths: Paths, stack: string): Promise<Record<string, unknown>> {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    return JSON.parse(await askPulumi(paths, args));
  } catch (error) {
    throw stackProblem(error, stack);
  }
}

export function stackProblem(error: unknown, stack: string) {
  const text = error instanceof CommandFailed ? error.stderr : String(error);
  if (/no stack named/i.test(text)) {
    return new UserError(`there is no stack ${stack} yet; ${remedyFor(text, stack)}`);
  }
  return new UserError(
    `stack ${stack} cannot be read: ${firstError(text)}; ${remedyFor(text, stack)}`,
  );
}
