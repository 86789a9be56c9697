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
  const hash = await hashOf(folder, ["actionlint", "actionlint.ts"]);
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

/** Builds the checker of GitHub's workflows for tests; logs a failure. Returns directories for PATH. */
export async function actionlintFolders(context: Context): Promise<string[]> {
  try {
    return [await buildActionlint(context)];
  } catch (error) {
    context.log(`actionlint cannot be built: ${error}`);
    return [];
  }
}
