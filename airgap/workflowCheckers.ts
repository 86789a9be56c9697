import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../tools/setup/context";
import { hashOf } from "../tools/setup/files";
import { cacheEntry } from "./cacheEntry";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain";

const SOURCE = "github.com/rhysd/actionlint/cmd/actionlint";

async function versionIn(module: string) {
  const goMod = await readFile(join(module, "go.mod"), "utf8");
  const [, version] = /^require github\.com\/rhysd\/actionlint (v\S+)$/m.exec(goMod) ?? [];
  if (version === undefined) throw new Error("go.mod names no version of actionlint");
  return version;
}

/** Folder that holds `actionlint` alone, built now or before. */
async function buildActionlint(context: Context): Promise<string> {
  const folder = dirname(goModule);
  const module = join(folder, "actionlint");
  const version = await versionIn(module);
  const hash = await hashOf(folder, ["actionlint", "workflowCheckers.ts"]);
  return cacheEntry(context, `actionlint/${version}-${hash.slice(0, 12)}`, async (draft) => {
    const go = await ensureGo(context);
    context.say(`building actionlint ${version} from its Go module`);
    await mkdir(draft);
    await buildGoCommand(context, {
      go,
      source: SOURCE,
      output: join(draft, "actionlint"),
      module,
    });
  });
}

/** Folder that holds `zizmor`, installed now or before. */
async function installZizmor(context: Context): Promise<string> {
  const folder = dirname(goModule);
  const hash = await hashOf(folder, ["zizmor"]);
  const entry = await cacheEntry(context, `zizmor/${hash.slice(0, 12)}`, async (draft) => {
    context.say("installing zizmor by pip");
    const requirements = join(folder, "zizmor", "requirements.txt");
    const args = ["--quiet", "--no-deps", "--target", draft, "--requirement", requirements];
    await context.run("python3", ["-m", "pip", "install", ...args], { timeoutMs: 120_000 });
  });
  return join(entry, "bin");
}

/** Brings the checkers of GitHub's workflows for tests; logs a failure. Returns directories for PATH. */
export async function workflowCheckers(context: Context): Promise<string[]> {
  const folders: string[] = [];
  for (const bring of [buildActionlint, installZizmor]) {
    try {
      folders.push(await bring(context));
    } catch (error) {
      context.log(`a checker of workflows cannot be had: ${error}`);
    }
  }
  return folders;
}
