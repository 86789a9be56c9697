import { dirname } from "node:path";
import type { Context } from "../tools/setup/context";
import { hashOf } from "../tools/setup/files";
import { cacheEntry } from "./cacheEntry";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain";

/** Versions of the published plugins whose providers go.mod pins. */
export const BUILT_PLUGINS = { docker: "5.2.0", random: "4.21.2" };

async function buildPlugin(context: Context, name: keyof typeof BUILT_PLUGINS) {
  const version = BUILT_PLUGINS[name];
  const sources = ["go.mod", "go.sum", "outline", name, `${name}Shim`].map((part) => `go/${part}`);
  const hash = await hashOf(dirname(goModule), [...sources, "plugins.ts"]);
  const entry = `plugins/${name}-${version}-${hash.slice(0, 12)}/pulumi-resource-${name}`;
  return cacheEntry(context, entry, async (draft) => {
    const go = await ensureGo(context);
    context.say(`building the ${name} plugin ${version} from its Go module`);
    const build = { go, source: `./${name}`, version: `main.version=${version}`, output: draft };
    await buildGoCommand(context, build);
  });
}

/** Builds the docker and random plugins, or finds them. Returns the paths for `pulumi plugin install --file`. */
export async function buildPlugins(context: Context): Promise<{ docker: string; random: string }> {
  // One after the other: they share most packages, which the second then finds compiled.
  const docker = await buildPlugin(context, "docker");
  return { docker, random: await buildPlugin(context, "random") };
}
