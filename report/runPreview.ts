import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { leaveSignalsTo } from "../tools/commands/childSignals";
import type { Paths } from "../tools/setup/paths";
import { UserError } from "../tools/setup/userError.mjs";

/** How a preview ended and what it printed. */
export interface PreviewRun {
  code: number;
  stdout: string;
  stderr: string;
}

/** The events carry the stack's outputs of after, which the one-document form leaves out (pkg/backend/display/json.go). */
const STREAMING = { PULUMI_ENABLE_STREAMING_JSON_PREVIEW: "true" };

/** Runs `pulumi preview --json` of the checkout; its output may hold plain values and is kept in memory alone. */
export function runPreview(
  paths: Pick<Paths, "launcher" | "root">,
  stack: string,
): Promise<PreviewRun> {
  if (!existsSync(paths.launcher)) {
    throw new UserError("this checkout is not set up yet; run `npm run setup` first");
  }
  const args = ["preview", "--json", "--stack", stack, "--non-interactive", "--color", "never"];
  return new Promise((resolve, reject) => {
    const child = spawn(paths.launcher, args, {
      cwd: paths.root,
      env: { ...process.env, ...STREAMING },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    leaveSignalsTo(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", reject);
    child.on("close", (code) => {
      const text = (chunks: Buffer[]) => Buffer.concat(chunks).toString("utf8");
      resolve({ code: code ?? 1, stdout: text(stdout), stderr: text(stderr) });
    });
  });
}
