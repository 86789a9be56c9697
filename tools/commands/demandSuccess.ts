import type { Paths } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { exportedState, type Outcome } from "./pulumi";
import { remedyFor } from "./remedyFor";
import { stackDocker } from "./stackDocker";
import { takenName, takenPort, takenRemedy } from "./takenRemedy";

const MOST_LINES = 20;

/** Returns the output of a step whose script failed, as one paragraph; undefined if no step failed. */
export function failedStep(text: string): string | undefined {
  const shown = text.slice(text.lastIndexOf("\nDiagnostics:") + 1);
  const found = /^( *)error: .*\brunning "([^"]+)":?(?:\n\1(?!error:).*)*/m.exec(shown);
  if (!found) return undefined;
  const [block, indent = "", title] = found;
  const [, ...said] = block.split("\n");
  const lines = said.map((line) => line.slice(indent.length)).filter((line) => line.trim() !== "");
  return [`step failed: ${title}`, ...lines.slice(0, MOST_LINES)].join("\n  ");
}

async function remedyHere(paths: Paths, text: string, stack: string) {
  if (takenPort(text) || takenName(text)) {
    const exported = await exportedState(paths, stack);
    const remedy = await takenRemedy(text, { stack, exported, docker: stackDocker(exported) });
    if (remedy !== undefined) return remedy;
  }
  return remedyFor(text, stack);
}

/** Throws a UserError with a remedy if the run failed. */
export async function demandSuccess(
  paths: Paths,
  outcome: Outcome,
  stack: string,
  troubles: string[] = [],
) {
  if (outcome.code === 0) return;
  const step = failedStep(outcome.text);
  const remedy = troubles[0] ?? (await remedyHere(paths, outcome.text, stack));
  const told = step === undefined ? remedy : `${step}\n${remedy}`;
  throw new UserError(`pulumi failed: ${told}; full log: ${paths.upLog}`);
}
