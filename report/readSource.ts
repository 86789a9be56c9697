import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Result } from "../infra/validation/problems";
import { leaveSignalsTo } from "../tools/commands/childSignals";
import { firstError } from "../tools/commands/pulumi";
import { remedyFor } from "../tools/commands/remedyFor";
import { type Paths, pathsOf } from "../tools/setup/paths";
import { UserError } from "../tools/setup/userError.mjs";
import { maskMessage } from "./maskText";
import { graphDiff, parseGraph } from "./read/graphDiff";
import { MAX_PREVIEW_LENGTH, parsePreview } from "./read/parsePreview";
import type { Preview } from "./read/preview";
import type { Source } from "./reportArguments";

/** The preview to report, and the exit code of the run that made it: Pulumi's own where it was run here. */
export interface ReadPreview {
  preview: Preview;
  exitCode: number;
}

/** Reads the preview to report; throws a UserError of one line where that cannot be done. */
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
      const base = demand(parseGraph(await textOf(source.base)), source.base);
      const head = demand(parseGraph(await textOf(source.head)), source.head);
      return graphDiff(base, head);
    }
  }
}

function demand<T>({ value, problems = [] }: Result<T>, where: string): T {
  if (value !== undefined) return value;
  const reasons = problems.map(({ path, reason }) => `the ${path} ${reason}`).join("; ");
  throw new UserError(`${JSON.stringify(where)}: ${reasons}`);
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
    throw new UserError("there is no preview; pass --stack or --file, or pipe one in", 2);
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > MAX_PREVIEW_LENGTH) {
      throw new UserError("standard input is too large; at most 200 MB are read");
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A preview that failed still says why, in what it printed. */
async function ofStack(stack: string): Promise<ReadPreview> {
  const { code, stdout, stderr } = await runPreview(pathsOf(), stack);
  const { value } = parsePreview(stdout);
  if (value !== undefined && (code === 0 || value.failed)) {
    return { preview: value, exitCode: code };
  }
  const found = maskMessage(firstError(stderr), new Set([stack])).replace(/\s+/g, " ");
  const reason = found === "" ? `it ended with exit code ${code}` : found;
  const message = `stack ${stack} cannot be previewed: ${reason}; ${remedyFor(stderr, stack)}`;
  throw new UserError(message, code === 0 ? 1 : code);
}

/** How a preview ended and what it printed. */
export interface PreviewRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** The events have the stack's outputs of after, which the one-document form leaves out (pkg/backend/display/json.go). */
const STREAMING = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };

/** Runs `pulumi preview --json` of the checkout; its output may hold plain values and is kept in memory alone. */
export async function runPreview(
  paths: Pick<Paths, "launcher" | "root">,
  stack: string,
): Promise<PreviewRun> {
  if (!existsSync(paths.launcher)) {
    throw new UserError("this checkout is not set up yet; run `npm run setup` first");
  }
  const args = ["preview", "--json", "--stack", stack, "--non-interactive", "--color", "never"];
  const child = spawn(paths.launcher, args, {
    cwd: paths.root,
    env: { ...process.env, ...STREAMING },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  leaveSignalsTo(child);
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
  const [code, stdout, stderr] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { code, stdout, stderr };
}
