import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArguments } from "../commandLine";
import { UserError } from "../setup/userError.mjs";
import { programGraph } from "./programGraph";
import { stackSettings } from "./stackSettings";

async function main(args: string[]): Promise<void> {
  const { out = "", stack = "", ...given } = parseArguments("graph", args).values;
  const root = resolve(given.root ?? "");
  const settings = stackSettings(root, stack);
  // A stack that is only on one side is created or deleted as a whole.
  const graph = settings === undefined ? [] : await programGraph(root, stack, settings);
  await writeFile(out, `${JSON.stringify(graph, undefined, 2)}\n`);
  process.stdout.write(`${graph.length} resources of stack ${stack}\n`);
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${reason}\n`);
    process.exit(error instanceof UserError ? error.exitCode : 1);
  },
);
