import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { isStackName } from "../commandLine";
import { UserError } from "../setup/userError.mjs";
import { programGraph } from "./programGraph";
import { stackSettings } from "./stackSettings";

const USAGE = "npm run graph -- --out FILE [--root CHECKOUT] [--stack NAME]";

interface Asked {
  out: string;
  root: string;
  stack: string;
}

function asked(args: string[]): Asked {
  const text = { type: "string" } as const;
  const given = () => {
    try {
      return parseArgs({ args, options: { out: text, root: text, stack: text } }).values;
    } catch (error) {
      const reason = error instanceof Error ? error.message.split(/\n|\. /)[0] : String(error);
      throw new UserError(`${reason}; allowed: ${USAGE}`, 2);
    }
  };
  const { out = "", root = ".", stack = "dev" } = given();
  if (out === "") throw new UserError(`--out is missing; allowed: ${USAGE}`, 2);
  if (!isStackName(stack)) {
    throw new UserError(`--stack is no stack name; allowed: ${USAGE}`, 2);
  }
  return { out, root: resolve(root), stack };
}

async function main(args: string[]): Promise<void> {
  const { out, root, stack } = asked(args);
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
