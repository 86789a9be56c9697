import { join } from "node:path";
import type { Context } from "./context";
import { exists, readJsonIfPresent, writeWhole } from "./files";
import type { Paths } from "./paths";
import { UserError } from "./userError.mjs";

/** The program's resource plugins, in the versions of its npm packages. */
export const PLUGINS = [
  { name: "docker", version: "5.2.0", double: false },
  { name: "random", version: "4.21.2", double: false },
  { name: "command", version: "1.2.1", double: true },
  { name: "postgresql", version: "3.18.1", double: true },
];

const installedAt = (home: string, plugin: { name: string; version: string }) =>
  join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`);

const allInstalled = async (home: string) =>
  (await Promise.all(PLUGINS.map((plugin) => exists(installedAt(home, plugin))))).every(Boolean);

/** Downloads the released plugins into the user's own Pulumi home. Returns whether all are there. */
export async function installReleasedPlugins(
  pulumi: string,
  home: string,
  context: Context,
): Promise<boolean> {
  if (await allInstalled(home)) return true;
  try {
    for (const [index, plugin] of PLUGINS.entries()) {
      if (await exists(installedAt(home, plugin))) continue;
      context.say(`downloading ${plugin.name} ${plugin.version}`);
      // The first one shows whether downloads work at all.
      const timeoutMs = index === 0 ? 120_000 : 600_000;
      const args = ["plugin", "install", "resource", plugin.name, plugin.version];
      await context.run(pulumi, args, { timeoutMs });
    }
    return true;
  } catch (error) {
    context.log(`released plugins are not available: ${error}`);
    return false;
  }
}

/** Installs built plugins and stand-ins into this checkout's Pulumi home. */
export async function installLocalPlugins(input: {
  pulumi: string;
  paths: Paths;
  context: Context;
  build: () => Promise<{ docker: string; random: string }>;
  doublesHash: string;
  goHash: string;
}) {
  const { pulumi, paths, context, build, doublesHash, goHash } = input;
  const before = await readJsonIfPresent(paths.pluginsStamp);
  const complete = await allInstalled(paths.pulumiHome);
  if (complete && before?.doubles === doublesHash && before.go === goHash) return;
  const built = await build();
  const files = new Map(Object.entries(built));
  const env = { ...process.env, PULUMI_HOME: paths.pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  for (const plugin of PLUGINS) {
    const double = join(paths.doubles, "plugins", `resource-${plugin.name}`);
    const file = plugin.double ? double : files.get(plugin.name);
    if (file === undefined) throw new UserError(`no ${plugin.name} plugin was built`);
    context.say(`installing ${plugin.name} ${plugin.version}`);
    const args = ["plugin", "install", "resource", plugin.name, plugin.version];
    await context.run(pulumi, [...args, "--reinstall", "--file", file], { env });
  }
  await writeWhole(paths.pluginsStamp, JSON.stringify({ doubles: doublesHash, go: goHash }));
}
