import { writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Parsed } from "../commandLine";
import { readParts } from "../commands/pulumi";
import { pathsOf } from "../setup/paths";
import { setUp } from "../setup/setUp";
import { type Bench, newBench } from "./bench";
import { coldGroup } from "./coldStart";
import { instanceGroups } from "./instances";
import { documentText, type Group, tableText } from "./measure";
import { noOpGroups } from "./noOp";
import { schemaGroup } from "./schema";

const SECTIONS: Record<string, (bench: Bench) => Promise<Group[]>> = {
  "no-op": noOpGroups,
  cold: async (bench) => [await coldGroup(bench)],
  instances: instanceGroups,
  schema: async (bench) => [await schemaGroup(bench)],
};

async function measure(bench: Bench, only: string | undefined) {
  const groups: Group[] = [];
  for (const [name, section] of Object.entries(SECTIONS)) {
    if (only === undefined || only === name) groups.push(...(await section(bench)));
  }
  return groups;
}

/** Runs the measurements and prints them as a table. */
export async function bench({ values, switches }: Parsed): Promise<void> {
  const paths = pathsOf();
  // A measurement uses what the last set-up found and installs nothing.
  const parts = await readParts(paths).catch(() => setUp(paths));
  const measured = await newBench({ paths, parts, quick: switches.has("quick") });
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => measured.stop());
  try {
    const groups = await measure(measured, values.only);
    process.stdout.write(`\n${tableText(groups)}\n`);
    if (!switches.has("write")) return;
    const lines = parts.parts.map(({ name, kind, detail }) => `${name}: ${kind} ${detail}`.trim());
    const machine = { cores: availableParallelism(), parts: lines };
    await writeFile(join(paths.root, "docs", "benchmarks.md"), documentText(groups, machine));
  } finally {
    await measured.cleanUp();
  }
}
