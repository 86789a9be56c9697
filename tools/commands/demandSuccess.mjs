import { UserError } from "../setup/userError.mjs";
import { exportedState } from "./pulumi.mjs";
import { remedyFor } from "./remedyFor.mjs";
import { stackDocker } from "./stackDocker.mjs";
import { takenName, takenPort, takenRemedy } from "./takenRemedy.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

const MOST_LINES = 20;

/**
 * The failure of a step that ran a script, as one paragraph: what it waited for and what it said.
 * @param {string} text What Pulumi printed.
 * @returns {string | undefined} `undefined` where no step failed.
 */
export function failedStep(text) {
  const shown = text.slice(text.lastIndexOf("\nDiagnostics:") + 1);
  const found = /^( *)error: .*\brunning "([^"]+)":?(?:\n\1(?!error:).*)*/m.exec(shown);
  if (!found) return undefined;
  const [block, indent = "", title] = found;
  const [, ...said] = block.split("\n");
  const lines = said.map((line) => line.slice(indent.length)).filter((line) => line.trim() !== "");
  return [`step failed: ${title}`, ...lines.slice(0, MOST_LINES)].join("\n  ");
}

/**
 * @param {Paths} paths
 * @param {string} text
 * @param {string} stack
 */
async function remedyHere(paths, text, stack) {
  if (takenPort(text) || takenName(text)) {
    const exported = await exportedState(paths, stack);
    const remedy = await takenRemedy(text, { stack, exported, docker: stackDocker(exported) });
    if (remedy !== undefined) return remedy;
  }
  return remedyFor(text, stack);
}

/**
 * @param {Paths} paths
 * @param {import("./pulumi.mjs").Outcome} outcome
 * @param {string} stack
 * @param {string[]} [troubles] What was wrong before the run, and may be why it failed.
 * @throws {UserError} where the run failed.
 */
export async function demandSuccess(paths, outcome, stack, troubles = []) {
  if (outcome.code === 0) return;
  const step = failedStep(outcome.text);
  const remedy = troubles[0] ?? (await remedyHere(paths, outcome.text, stack));
  const told = step === undefined ? remedy : `${step}\n${remedy}`;
  throw new UserError(`pulumi did not succeed: ${told}; full log: ${paths.upLog}`);
}
