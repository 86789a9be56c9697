import { spawn } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfPresent } from "../setup/files.mjs";
import { environmentOf } from "../setup/launcher.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { setUp } from "../setup/setUp.mjs";
import { leaveSignalsTo } from "./childSignals.mjs";
import { closingLine, failureList, skippedList, totalOf, wasInterrupted } from "./closingLine.mjs";

const REPORTER = "tools/commands/closingLineReporter.cjs";

/** Ten minutes: an end-to-end test may bring a whole stack up and down several times. */
const E2E_TIMEOUT_MS = "600000";

/** @type {{ kind: "unit" | "e2e", args: string[] }[]} */
const RUNS = [
  {
    kind: "unit",
    args: [
      "tests/unit/**/*.test.ts",
      "tests/components/**/*.test.ts",
      "tests/compat/**/*.test.ts",
      "tests/doubles/**/*.test.ts",
    ],
  },
  { kind: "e2e", args: ["--timeout", E2E_TIMEOUT_MS, "tests/e2e/**/*.test.ts"] },
];

/**
 * @param {string} root
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>} Mocha's exit code.
 */
function runMocha(root, args, env) {
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mocha, "--reporter", REPORTER, ...args], {
      cwd: root,
      env,
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    leaveSignalsTo(child);
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/**
 * Runs the tests and ends with what was skipped, what failed and one line of counts over all of them.
 * @param {import("./arguments.mjs").Parsed} parsed
 * @returns {Promise<number>} Exit code.
 */
export async function test({ word }) {
  const paths = pathsOf();
  const parts = await setUp(paths, { languages: true });
  const counts = join(paths.local, `test-counts.${process.pid}.jsonl`);
  const env = { ...environmentOf(parts, process.env), CLERK_HASURA_TEST_COUNTS: counts };
  const doubles = parts.parts.filter((part) => part.kind === "double").map((part) => part.name);
  if (doubles.length > 0) {
    process.stdout.write(`Stand-ins, not the real parts, are under test: ${doubles.join(", ")}.\n`);
  }
  try {
    /** @type {number[]} */
    const exitCodes = [];
    const counted = async () => (await readIfPresent(counts)) ?? "";
    for (const { kind, args } of RUNS) {
      if (word !== undefined && word !== kind) continue;
      if (wasInterrupted(await counted())) break;
      exitCodes.push(await runMocha(paths.root, args, env));
    }
    const total = totalOf(await counted(), exitCodes);
    process.stdout.write(`${skippedList(total)}${failureList(total)}${closingLine(total)}\n`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    await rm(counts, { force: true });
  }
}
