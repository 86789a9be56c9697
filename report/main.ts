import { writeFile } from "node:fs/promises";
import { environmentSecrets } from "../infra/secrecy/credentials";
import { helpText } from "../tools/commandLine";
import { UserError } from "../tools/setup/userError.mjs";
import { describePreview } from "./judge/describePreview";
import { readSource } from "./readSource";
import { reportArguments } from "./reportArguments";
import { renderHtml } from "./write/html";
import { renderMarkdown } from "./write/markdown";

async function write(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "unknown reason";
    throw new UserError(`${JSON.stringify(file)} cannot be written (${code}); check its folder`);
  }
}

/** Returns the exit code: that of Pulumi, or 1 for a recorded preview that failed; both are reported all the same. */
async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--help")) {
    process.stdout.write(`${helpText("preview:report")}\n`);
    return 0;
  }
  const { source, markdown, html, limit, title } = reportArguments(args);
  const { preview, exitCode } = await readSource(source);
  const report = describePreview(preview, title, environmentSecrets(process.env));
  if (html !== undefined) await write(html, renderHtml(report));
  const text = renderMarkdown(report, limit);
  if (markdown !== undefined) await write(markdown, text);
  if (markdown === undefined && html === undefined) process.stdout.write(text);
  return exitCode;
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`error: ${text}\n`);
    process.exitCode = error instanceof UserError ? error.exitCode : 1;
  },
);
