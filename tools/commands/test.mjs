import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
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

const UNIT = ["unit", "components", "compat", "doubles"].map(
  (name) => `tests/${name}/**/*.test.ts`,
);

/** End-to-end tests wait for containers more than they compute, so that two cores serve two runs of them. */
const LANES = 2;

/**
 * The arguments of each mocha, by what runs after what.
 * @param {string} root
 * @returns {Promise<{ kind: "unit" | "e2e", lanes: string[][] }[]>}
 */
async function runsIn(root) {
  const entries = await readdir(join(root, "tests", "e2e"), { recursive: true });
  const files = entries.filter((name) => name.endsWith(".test.ts")).sort();
  const size = Math.ceil(files.length / LANES);
  const lanes = Array.from({ length: LANES }, (_, lane) => [
    ...["--timeout", E2E_TIMEOUT_MS],
    ...files.slice(lane * size, (lane + 1) * size).map((name) => `tests/e2e/${name}`),
  ]);
  return [
    { kind: "unit", lanes: [UNIT] },
    { kind: "e2e", lanes },
  ];
}

/**
 * @param {string} root
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {boolean} later Whether its report is shown as a whole at its end, since another one is being shown.
 * @returns {Promise<number>} Mocha's exit code.
 */
function runMocha(root, args, env, later) {
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mocha, "--reporter", REPORTER, ...args], {
      cwd: root,
      env,
      stdio: later ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      detached: true,
    });
    leaveSignalsTo(child);
    /** @type {Buffer[]} */
    const report = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk) => report.push(chunk));
    }
    child.on("error", reject);
    child.on("close", (code) => {
      process.stdout.write(Buffer.concat(report));
      resolve(code ?? 1);
    });
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
    for (const { kind, lanes } of await runsIn(paths.root)) {
      if (word !== undefined && word !== kind) continue;
      if (wasInterrupted(await counted())) break;
      const all = lanes.map((args, lane) => runMocha(paths.root, args, env, lane > 0));
      exitCodes.push(...(await Promise.all(all)));
    }
    const total = totalOf(await counted(), exitCodes);
    process.stdout.write(`${skippedList(total)}${failureList(total)}${closingLine(total)}\n`);
    return total.failed === 0 ? 0 : 1;
  } finally {
    await rm(counts, { force: true });
  }
}
