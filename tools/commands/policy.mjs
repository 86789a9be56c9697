import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { CommandFailed } from "../setup/context.mjs";
import { readIfPresent } from "../setup/files.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { UserError } from "../setup/userError.mjs";
import { closingLineOf, judgementOf, violationTable } from "./policyReport.mjs";
import { askPulumi, readParts, stackProblem } from "./pulumi.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

/** Pulumi's own number for a policy violation; errors have 1, usage mistakes 2. */
const VIOLATED = 5;

/**
 * Previews a stack with the policy pack and reads what the rules say from the engine's events, since neither the
 * preview's exit code nor its JSON tells violations from errors.
 * @param {Paths} paths
 * @param {string} stack
 */
async function previewWithPack(paths, stack) {
  // The events hold more than a preview shows: nobody else may read them, and they go at once.
  const folder = await mkdtemp(join(paths.local, "policy-"));
  const log = join(folder, "events.jsonl");
  const pack = ["--policy-pack", join(paths.root, "policy")];
  const args = ["preview", ...pack, "--suppress-outputs", "--event-log", log, "--stack", stack];
  try {
    // The log is one of the flags that Pulumi offers for debugging alone.
    const env = { ...process.env, PULUMI_DEBUG_COMMANDS: "true" };
    const failure = await askPulumi(paths, args, env).then(
      () => undefined,
      (/** @type {unknown} */ error) => error,
    );
    return { failure, judgement: judgementOf((await readIfPresent(log)) ?? "") };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Judges a stack by the policy pack, without changing anything.
 * @param {Paths} paths
 * @param {string} stack
 * @param {(text: string) => void} print
 * @throws {UserError} with exit code 5 where a mandatory rule is broken, 1 where the preview itself failed.
 */
export async function judgeStack(paths, stack, print) {
  await readParts(paths);
  const { failure, judgement } = await previewWithPack(paths, stack);
  const { violations, errors, finished } = judgement;
  const table = violationTable(violations);
  if (table !== "") print(`${table}\n`);
  const [first] = errors;
  if (first !== undefined) {
    throw new UserError(`the preview of stack ${stack} failed: ${first}; correct that first`);
  }
  const broken = violations.some(({ level }) => level === "mandatory");
  if (broken) throw new UserError(closingLineOf(stack, judgement), VIOLATED);
  if (failure instanceof CommandFailed) throw stackProblem(failure, stack);
  if (failure !== undefined) throw failure;
  if (!finished) {
    throw new UserError(
      `the preview of stack ${stack} left no events to judge; this Pulumi may not know --event-log: run npm run setup`,
    );
  }
  print(`${closingLineOf(stack, judgement)}\n`);
}

/** @param {import("./arguments.mjs").Parsed} parsed */
export async function policy({ values }) {
  await judgeStack(pathsOf(), values.stack ?? "dev", (text) => process.stdout.write(text));
}
