/** @typedef {{ passed: number, failed: number }} Counts */

/**
 * Adds up the counts of several mocha runs.
 * @param {string} text One JSON object a line, as the reporter wrote them.
 * @param {number[]} exitCodes One per run.
 * @returns {Counts} A run that ended without counts, or badly without a failed test, counts as one
 *   failed test.
 */
export function totalOf(text, exitCodes) {
  /** @type {Counts[]} */
  const runs = text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const total = runs.reduce(
    (sum, run) => ({ passed: sum.passed + run.passed, failed: sum.failed + run.failed }),
    { passed: 0, failed: 0 },
  );
  const uncounted = Math.max(0, exitCodes.length - runs.length);
  const failed = total.failed + uncounted;
  const bad = exitCodes.some((code) => code !== 0) && failed === 0;
  return { passed: total.passed, failed: failed + (bad ? 1 : 0) };
}

/** @param {Counts} counts */
export const closingLine = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
