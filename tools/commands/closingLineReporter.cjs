const { appendFileSync } = require("node:fs");
const { reporters } = require("mocha");

/**
 * Mocha's own report; besides, the counts go to the file that CLERK_HASURA_TEST_COUNTS names, for
 * the closing line over several runs.
 */
class ClosingLineReporter extends reporters.Spec {
  /**
   * @param {import("mocha").Runner} runner
   * @param {import("mocha").MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    runner.once("end", () => {
      const file = process.env.CLERK_HASURA_TEST_COUNTS;
      if (!file) return;
      const { passes, failures } = this.stats;
      appendFileSync(file, `${JSON.stringify({ passed: passes, failed: failures })}\n`);
    });
  }
}

module.exports = ClosingLineReporter;
