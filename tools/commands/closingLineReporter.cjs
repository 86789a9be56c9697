const { appendFileSync } = require("node:fs");
const { reporters } = require("mocha");

/**
 * Mocha's own report; besides, the counts and what failed go to the file that
 * CLERK_HASURA_TEST_COUNTS names, for the closing lines over several runs.
 */
class ClosingLineReporter extends reporters.Spec {
  /**
   * @param {import("mocha").Runner} runner
   * @param {import("mocha").MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {import("./closingLine.mjs").Failure[]} */
    const failures = [];
    runner.on("fail", (test, error) => {
      failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
    });
    runner.once("end", () => {
      const file = process.env.CLERK_HASURA_TEST_COUNTS;
      if (!file) return;
      const { passes: passed, failures: failed } = this.stats;
      appendFileSync(file, `${JSON.stringify({ passed, failed, failures })}\n`);
    });
  }
}

module.exports = ClosingLineReporter;
