import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashOf } from "../tools/setup/files.mjs";
import { cacheEntry } from "./cacheEntry.mjs";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain.mjs";

/** @typedef {import("../tools/setup/context.mjs").Context} Context */

const SOURCE = "github.com/rhysd/actionlint/cmd/actionlint";

/** @param {string} module Its directory. */
async function versionIn(module) {
  const goMod = await readFile(join(module, "go.mod"), "utf8");
  const [, version] = /^require github\.com\/rhysd\/actionlint (v\S+)$/m.exec(goMod) ?? [];
  if (version === undefined) throw new Error("go.mod names no version of actionlint");
  return version;
}

/**
 * @param {Context} context
 * @returns {Promise<string>} Folder that holds `actionlint` alone, built now or before.
 */
async function buildActionlint(context) {
  const folder = dirname(goModule);
  const module = join(folder, "actionlint");
  const version = await versionIn(module);
  const hash = await hashOf(folder, ["actionlint", "actionlint.mjs"]);
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

/**
 * Builds the checker of GitHub's workflows, which tests run. What cannot be built is told in the log: its test says so.
 * @param {Context} context
 * @returns {Promise<string[]>} Folders for PATH.
 */
export async function actionlintFolders(context) {
  try {
    return [await buildActionlint(context)];
  } catch (error) {
    context.log(`actionlint cannot be built: ${error}`);
    return [];
  }
}
