import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { readParts } from "../commands/pulumi.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { setUp } from "../setup/setUp.mjs";
import { UserError } from "../setup/userError.mjs";
import { newBench } from "./bench.mjs";
import { coldGroup } from "./coldStart.mjs";
import { instanceGroups } from "./instances.mjs";
import { noOpGroups } from "./noOp.mjs";
import { documentText, tableText } from "./report.mjs";

/** @typedef {import("./bench.mjs").Bench} Bench */
/** @typedef {import("./measure.mjs").Group} Group */

/** @type {Record<string, (bench: Bench) => Promise<Group[]>>} */
const SECTIONS = {
  "no-op": noOpGroups,
  cold: async (bench) => [await coldGroup(bench)],
  instances: instanceGroups,
};

const USAGE =
  "usage: npm run bench -- [--quick] [--write] [--only no-op|cold|instances]; --write keeps the table in docs/benchmarks.md";

/** @param {string[]} args */
function parsed(args) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
        only: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.only === undefined || Object.hasOwn(SECTIONS, values.only)) return values;
  } catch {
    // Told below, in one line for every mistake.
  }
  throw new UserError(USAGE, 2);
}

/**
 * @param {Bench} bench
 * @param {string | undefined} only
 */
async function measure(bench, only) {
  /** @type {Group[]} */
  const groups = [];
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (only === undefined || only === name) groups.push(...(await section(bench)));
  }
  return groups;
}

/** @param {string[]} args */
async function main(args) {
  const { quick, write, only, help } = parsed(args);
  if (help) return void process.stdout.write(`${USAGE}\n`);
  const paths = pathsOf();
  // What a set-up found before is taken as it is: a measurement is no occasion to install.
  const parts = await readParts(paths).catch(() => setUp(paths));
  const bench = await newBench({ paths, parts, quick });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => bench.stop());
  try {
    const groups = await measure(bench, only);
    process.stdout.write(`\n${tableText(groups)}\n`);
    if (!write) return;
    const lines = parts.parts.map(({ name, kind, detail }) => `${name}: ${kind} ${detail}`.trim());
    const machine = { cores: availableParallelism(), parts: lines };
    await writeFile(join(paths.root, "docs", "benchmarks.md"), documentText(groups, machine));
  } finally {
    await bench.cleanUp();
  }
}

main(process.argv.slice(2)).catch((error) => {
  process.stderr.write(`error: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
});
