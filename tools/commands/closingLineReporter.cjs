const { appendFileSync } = require("node:fs");
const { reporters } = require("mocha");

/** Signals of one interruption come within this time: from the terminal, and passed on by mocha's own parent process. */
const ONE_INTERRUPTION_MS = 1000;

/**
 * Ends an interrupted run after the present test and the clean-up of its suites, so that no container is left behind; a later
 * signal ends it at once. Mocha by itself just dies.
 * @param {import("mocha").Runner} runner
 * @param {() => void} told Called at the first signal.
 */
function endInOrder(runner, told) {
  /** @type {number | undefined} */
  let first;
  const stop = () => {
    if (first !== undefined && Date.now() - first > ONE_INTERRUPTION_MS) process.exit(130);
    if (first !== undefined) return;
    first = Date.now();
    told();
    process.stdout.write(
      "\nInterrupted: this test ends and cleans up first. Again: end at once.\n",
    );
    runner.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
}

/**
 * Mocha's own report; besides, the counts, what failed and what was skipped go to the file that
 * CLERK_HASURA_TEST_COUNTS names, for the closing lines over several runs.
 */
class ClosingLineReporter extends reporters.Spec {
  /**
   * @param {import("mocha").Runner} runner
   * @param {import("mocha").MochaOptions} options
   */
  constructor(runner, options) {
    super(runner, options);
    /** @type {import("./test").Failure[]} */
    const failures = [];
    runner.on("fail", (test, error) => {
      failures.push({ title: test.fullTitle(), message: String(error?.message ?? error) });
    });
    /** @type {string[]} */
    const skipped = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    let interrupted = false;
    endInOrder(runner, () => {
      interrupted = true;
    });
    runner.once("end", () => {
      // What was not run has not passed.
      if (interrupted) runner.failures += 1;
      const file = process.env.CLERK_HASURA_TEST_COUNTS;
      if (!file) return;
      const { passes: passed, failures: failed } = this.stats;
      const counts = { passed, failed, failures, skipped, interrupted };
      appendFileSync(file, `${JSON.stringify(counts)}\n`);
    });
  }
}

module.exports = ClosingLineReporter;
