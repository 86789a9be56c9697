import { spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed } from "../commandLine";
import { readIfPresent } from "../setup/files";
import { environmentOf } from "../setup/launcher";
import { pathsOf } from "../setup/paths";
import { setUp } from "../setup/setUp";
import { leaveSignalsTo } from "./childSignals";

const REPORTER = "tools/commands/closingLineReporter.cjs";

/** Ten minutes: an end-to-end test may bring a whole stack up and down several times. */
const E2E_TIMEOUT_MS = "600000";

const UNIT = ["tests/unit", "tests/components", "tests/compat", "airgap", "report"].map(
  (folder) => `${folder}/**/*.test.ts`,
);

/** End-to-end tests mostly wait for containers, so two cores can run two sets at once. */
const LANES = 2;

/** Returns the arguments of each mocha; kinds run one after the other, lanes side by side. */
async function runsIn(root: string): Promise<{ kind: "unit" | "e2e"; lanes: string[][] }[]> {
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

/** Returns Mocha's exit code. */
function runMocha(
  root: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  later: boolean,
): Promise<number> {
  const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [mocha, "--reporter", REPORTER, ...args], {
      cwd: root,
      env,
      stdio: later ? ["ignore", "pipe", "pipe"] : ["ignore", "inherit", "inherit"],
      detached: true,
    });
    leaveSignalsTo(child);
    const report: Buffer[] = [];
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

/** Runs the tests, then prints what was skipped, what failed and one line of counts. Returns the exit code. */
export async function test({ word }: Parsed): Promise<number> {
  const paths = pathsOf();
  const parts = await setUp(paths, { languages: true });
  const counts = join(paths.local, `test-counts.${process.pid}.jsonl`);
  const env = { ...environmentOf(parts, process.env), CLERK_HASURA_TEST_COUNTS: counts };
  const doubles = parts.parts.filter((part) => part.kind === "double").map((part) => part.name);
  if (doubles.length > 0) {
    process.stdout.write(`Doubles, not the real parts, are under test: ${doubles.join(", ")}.\n`);
  }
  try {
    const exitCodes: number[] = [];
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

export type Failure = { title: string; message: string };
export interface Counts {
  passed: number;
  failed: number;
  failures: Failure[];
  /** Titles. */
  skipped: string[];
  /** Whether the run ended early. */
  interrupted?: boolean;
}

const LONGEST_MESSAGE = 1000;

/**
 * Adds up several runs of mocha. A run without counts, or with a bad exit code and no failed test, counts as one
 * failure.
 */
export function totalOf(text: string, exitCodes: number[]): Counts {
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

const runsOf = (text: string): Counts[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** Whether a run was interrupted; no other one starts then. */
export const wasInterrupted = (text: string) => runsOf(text).some(({ interrupted }) => interrupted);

const linesOf = ({ title, message }: Failure, at: number) => [
  `${at + 1}) ${title}`,
  ...message
    .slice(0, LONGEST_MESSAGE)
    .split("\n")
    .map((line) => `   ${line}`),
];

/** Lists the failures again: the first run's report has scrolled away. */
export const failureList = ({ failures }: Counts): string =>
  failures.length === 0 ? "" : `Failed:\n${failures.flatMap(linesOf).join("\n")}\n`;

/** Lists the skipped tests; docs/testing.md explains why. */
export const skippedList = ({ skipped }: Counts): string =>
  skipped.length === 0
    ? ""
    : `Skipped (${skipped.length}; see docs/testing.md):\n${skipped.map((title) => `- ${title}\n`).join("")}`;

export const closingLine = ({ passed, failed }: Counts) => `${passed} passed, ${failed} failed`;
