import { spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { CommandFailed, runCommand } from "../setup/context.mjs";
import { readJsonIfPresent } from "../setup/files.mjs";
import { exists } from "../setup/pulumiCli.mjs";
import { UserError } from "../setup/userError.mjs";
import { leaveSignalsTo } from "./childSignals.mjs";
import { endLeftovers } from "./endLeftovers.mjs";
import { remedyFor } from "./remedyFor.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

/**
 * What the last set-up found, without doing any set-up.
 * @param {Paths} paths
 * @returns {Promise<import("../setup/launcher.mjs").Parts>}
 * @throws {UserError} where no set-up was done in this checkout.
 */
export async function readParts(paths) {
  const parts = await readJsonIfPresent(paths.parts);
  if (!parts || !(await exists(paths.launcher))) {
    throw new UserError("this checkout is not set up yet; run `npm run up` first");
  }
  return /** @type {import("../setup/launcher.mjs").Parts} */ (/** @type {unknown} */ (parts));
}

/**
 * Runs this checkout's Pulumi quietly and gives what it prints.
 * @param {Paths} paths
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [env]
 */
export function askPulumi(paths, args, env = process.env) {
  return runCommand(paths.launcher, [...args, "--non-interactive", "--color", "never"], {
    cwd: paths.root,
    env,
  });
}

/**
 * @typedef {object} Outcome
 * @property {number} code Exit code.
 * @property {string} text Everything it printed.
 */

/**
 * Runs this checkout's Pulumi with its own progress on the terminal and in a log.
 * @param {Paths} paths
 * @param {string[]} args
 * @param {Record<string, string>} [extraEnv]
 * @returns {Promise<Outcome>}
 */
export function showPulumi(paths, args, extraEnv = {}) {
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
    const show = (/** @type {Buffer} */ chunk) => {
      text += chunk.toString("utf8");
      log.write(chunk);
      process.stdout.write(chunk);
    };
    child.stdout.on("data", show);
    child.stderr.on("data", show);
    child.on("error", reject);
    /** @type {Promise<unknown> | undefined} */
    let leftovers;
    // A plugin that outlives the engine holds the streams open, and "close" would wait for it.
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

/** @param {string} text What Pulumi wrote to its error output. */
export function firstError(text) {
  const line = text.split("\n").find((candidate) => /error:/i.test(candidate)) ?? text.trim();
  return line.replace(/^.*?error:\s*/i, "").trim();
}

/**
 * The state of a stack; secrets are encrypted in it.
 * @param {Paths} paths
 * @param {string} stack
 * @returns {Promise<unknown>}
 * @throws {UserError} where the stack is not there or cannot be read.
 */
export async function exportedState(paths, stack) {
  try {
    return JSON.parse(await askPulumi(paths, ["stack", "export", "--stack", stack]));
  } catch (error) {
    throw stackProblem(error, stack);
  }
}

/**
 * The outputs of a stack, secret ones in plain: for use inside the tools, never to be printed.
 * @param {Paths} paths
 * @param {string} stack
 * @returns {Promise<Record<string, unknown>>}
 * @throws {UserError} where the stack is not there or cannot be read.
 */
export async function stackOutputs(paths, stack) {
  const args = ["stack", "output", "--json", "--show-secrets", "--stack", stack];
  try {
    return JSON.parse(await askPulumi(paths, args));
  } catch (error) {
    throw stackProblem(error, stack);
  }
}

/**
 * @param {unknown} error What {@link askPulumi} threw.
 * @param {string} stack
 */
export function stackProblem(error, stack) {
  const text = error instanceof CommandFailed ? error.stderr : String(error);
  if (/no stack named/i.test(text)) {
    return new UserError(`there is no stack ${stack} yet; ${remedyFor(text, stack)}`);
  }
  return new UserError(
    `stack ${stack} cannot be read: ${firstError(text)}; ${remedyFor(text, stack)}`,
  );
}
