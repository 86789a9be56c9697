import { join } from "node:path";
import { build } from "esbuild";
import { runProcess } from "../../e2e/support/runProcess";
import type { Judgement } from "./judgeSecrecy";
import type { SecretMark } from "./secretMarks";

const ENTRY = join(__dirname, "judgeSecrecy.ts");

/** The check in one file, with another text in the place of one of the component's files. */
async function bundled(root: string, mutant?: SecretMark): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [ENTRY],
    bundle: true,
    write: false,
    platform: "node",
    target: "node20",
    format: "cjs",
    packages: "external",
    // Standard input has no path by which packages could be found.
    define: { __filename: JSON.stringify(ENTRY) },
    // The examples' name for this package; by it they get what is bundled here.
    alias: { "clerk-hasura": join(root, "infra", "index.ts") },
    logLevel: "error",
    plugins: [
      {
        name: "mutant",
        setup(run) {
          run.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (mutant === undefined || path !== join(root, mutant.file)) return undefined;
            return { contents: mutant.mutated, loader: "ts" };
          });
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs the check of secrecy in a process of its own; fails where the check itself breaks. */
export async function runSecrecy(root: string, mutant?: SecretMark): Promise<Judgement[]> {
  const input = await bundled(root, mutant);
  const { PULUMI_CONFIG: _config, ...env } = process.env;
  const options = { cwd: root, env, input, timeoutMs: 90_000 };
  const { code, stdout, text } = await runProcess(process.execPath, ["-"], options);
  if (code !== 0) throw new Error(`the check of secrecy broke (${code}):\n${text}`);
  return JSON.parse(stdout) as Judgement[];
}
