import { meaningOf } from "./exitCode.mjs";
import { maskPrinted } from "./maskPrinted.mjs";

/**
 * @typedef {object} Finding
 * @property {"clean" | "drift" | "error"} kind
 * @property {number} exitCode For the job: drift is told by an issue and is no failure of the check.
 * @property {string} text What was printed, without secrets.
 */

/**
 * Arguments that look for drift without writing anything and without showing outputs.
 * @param {string} stack
 */
export const driftArguments = (stack) => [
  "preview",
  "--refresh",
  "--expect-no-changes",
  "--suppress-outputs",
  "--suppress-progress",
  "--non-interactive",
  "--color",
  "never",
  "--stack",
  stack,
];

/**
 * Looks for drift and tells it from a check that could not be done.
 * @param {string} stack
 * @param {(args: string[]) => Promise<{ code: number, text: string }>} pulumi
 * @param {NodeJS.ProcessEnv} [env] Its secrets are masked here: the step that writes the issue is not given them.
 * @returns {Promise<Finding>}
 */
export async function checkDrift(stack, pulumi, env = process.env) {
  const { code, text: printed } = await pulumi(driftArguments(stack));
  const text = maskPrinted(printed, env);
  const { kind } = meaningOf(code);
  if (kind === "clean") return { kind: "clean", exitCode: 0, text };
  return kind === "changes"
    ? { kind: "drift", exitCode: 0, text }
    : { kind: "error", exitCode: code, text };
}
