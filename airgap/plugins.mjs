import { dirname } from "node:path";
import { hashOf } from "../tools/setup/files.mjs";
import { cacheEntry } from "./cacheEntry.mjs";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain.mjs";

/** @typedef {import("../tools/setup/context.mjs").Context} Context */

/** Versions of the published plugins whose providers go.mod pins. */
export const BUILT_PLUGINS = { docker: "5.2.0", random: "4.21.2" };

/**
 * @param {Context} context
 * @param {keyof typeof BUILT_PLUGINS} name
 */
async function buildPlugin(context, name) {
  const version = BUILT_PLUGINS[name];
  const sources = ["go.mod", "go.sum", "outline", name, `${name}Shim`].map((part) => `go/${part}`);
  const hash = await hashOf(dirname(goModule), [...sources, "plugins.mjs"]);
  const entry = `plugins/${name}-${version}-${hash.slice(0, 12)}/pulumi-resource-${name}`;
  return cacheEntry(context, entry, async (draft) => {
    const go = await ensureGo(context);
    context.say(`building the ${name} plugin ${version} from its Go module`);
    const build = { go, source: `./${name}`, version: `main.version=${version}`, output: draft };
    await buildGoCommand(context, build);
  });
}

/**
 * Builds the docker and random plugins from their Go modules, or finds them built before.
 * @param {Context} context
 * @returns {Promise<{ docker: string, random: string }>} Paths of the binaries, for
 *   `pulumi plugin install resource NAME VERSION --file PATH`.
 */
export async function buildPlugins(context) {
  // One after the other: they share most packages, which the second then finds compiled.
  const docker = await buildPlugin(context, "docker");
  return { docker, random: await buildPlugin(context, "random") };
}
