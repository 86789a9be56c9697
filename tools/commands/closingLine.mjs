/** @typedef {{ title: string, message: string }} Failure */
/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {Failure[]} failures
 * @property {string[]} skipped Titles.
 * @property {boolean} [interrupted] Whether the run ended before its last test.
 */

const LONGEST_MESSAGE = 1000;

/**
 * Adds up the counts of several mocha runs.
 * @param {string} text One JSON object a line, as the reporter wrote them.
 * @param {number[]} exitCodes One per run.
 * @returns {Counts} A run that ended without counts, or badly without a failed test, counts as one
 *   failed test.
 */
export function totalOf(text, exitCodes) {
  const runs = runsOf(text);
  const passed = runs.reduce((sum, run) => sum + run.passed, 0);
  const counted = runs.reduce((sum, run) => sum + run.failed, 0);
  const failed = counted + Math.max(0, exitCodes.length - runs.length);
  const bad = exitCodes.some((code) => code !== 0) && failed === 0;
  return {
    passed,
    failed: failed + (bad ? 1 : 0),
    failures: runs.flatMap((run) => run.failures),
    skipped: runs.flatMap((run) => run.skipped ?? []),
  };
}

/**
 * @param {string} text
 * @returns {Counts[]}
 */
const runsOf = (text) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/**
 * Whether one of the runs was interrupted, after which no other is begun.
 * @param {string} text As for `totalOf`.
 */
export const wasInterrupted = (text) => runsOf(text).some(({ interrupted }) => interrupted);

/**
 * @param {Failure} failure
 * @param {number} at
 */
const linesOf = ({ title, message }, at) => [
  `${at + 1}) ${title}`,
  ...message
    .slice(0, LONGEST_MESSAGE)
    .split("\n")
    .map((line) => `   ${line}`),
];

/**
 * Names what failed once more, since the first run's own report is far above the second run's.
 * @param {Counts} counts
 * @returns {string} Nothing where no test failed.
 */
export const failureList = ({ failures }) =>
  failures.length === 0 ? "" : `Failed:\n${failures.flatMap(linesOf).join("\n")}\n`;

/**
 * Names what this machine has no part for, or what the parts that it has make no sense of; docs/testing.md tells why.
 * @param {Counts} counts
 * @returns {string} Nothing where no test was skipped.
 */
export const skippedList = ({ skipped }) =>
  skipped.length === 0
    ? ""
    : `Skipped (${skipped.length}; see docs/testing.md):\n${skipped.map((title) => `- ${title}\n`).join("")}`;

/** @param {Counts} counts */
export const closingLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
