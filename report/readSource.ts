import { readFile, stat } from "node:fs/promises";
import type { Result } from "../infra/validation/problems";
import { firstError } from "../tools/commands/pulumi";
import { remedyFor } from "../tools/commands/remedyFor";
import { pathsOf } from "../tools/setup/paths";
import { UserError } from "../tools/setup/userError.mjs";
import { graphDiff, parseGraph } from "./graphDiff";
import { maskMessage } from "./maskMessage";
import { MAX_PREVIEW_LENGTH, parsePreview } from "./parsePreview";
import type { Preview } from "./preview";
import type { Source } from "./reportArguments";
import { runPreview } from "./runPreview";

/** What is to be reported, and how the run that made it ended: Pulumi's own exit code where it was run here. */
export interface ReadPreview {
  preview: Preview;
  exitCode: number;
}

/** Reads what is to be reported; a UserError of one line where that cannot be done. */
export async function readSource(source: Source): Promise<ReadPreview> {
  if (source.kind === "stack") return ofStack(source.stack);
  const preview = await recorded(source);
  return { preview, exitCode: preview.failed ? 1 : 0 };
}

async function recorded(source: Exclude<Source, { kind: "stack" }>): Promise<Preview> {
  switch (source.kind) {
    case "file":
      return demand(parsePreview(await textOf(source.file)), source.file);
    case "input":
      return demand(parsePreview(await standardInput()), "standard input");
    case "graphs": {
      const base = demand(parseGraph(await textOf(source.base), "graph"), source.base);
      const head = demand(parseGraph(await textOf(source.head), "graph"), source.head);
      return graphDiff(base, head);
    }
  }
}

function demand<T>({ value, problems }: Result<T>, where: string): T {
  if (value !== undefined) return value;
  const text = (problems ?? []).map(({ path, reason }) => `the ${path} ${reason}`).join("; ");
  throw new UserError(`${JSON.stringify(where)}: ${text}`);
}

async function textOf(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > MAX_PREVIEW_LENGTH) {
      throw new UserError(`${JSON.stringify(file)} is too large; at most 200 MB are read`);
    }
    return await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof UserError) throw error;
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new UserError(`${JSON.stringify(file)} cannot be read (${code}); check its path`);
  }
}

async function standardInput(): Promise<string> {
  if (process.stdin.isTTY) {
    throw new UserError("there is no preview; give --stack, --file, or pipe one in", 2);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_PREVIEW_LENGTH) throw new UserError("standard input is over 200 MB");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A preview that fails still says why, in what it printed. */
async function ofStack(stack: string): Promise<ReadPreview> {
  const { code, stdout, stderr } = await runPreview(pathsOf(), stack);
  const { value } = parsePreview(stdout);
  if (value !== undefined && (code === 0 || value.failed))
    return { preview: value, exitCode: code };
  const reason = maskMessage(firstError(stderr), new Set([stack])).replace(/\s+/g, " ");
  const told = reason === "" ? `it ended with exit code ${code}` : reason;
  const text = `stack ${stack} cannot be previewed: ${told}; ${remedyFor(stderr, stack)}`;
  throw new UserError(text, code === 0 ? 1 : code);
}
