import { join } from "node:path";
import { readJsonIfPresent, writeWhole } from "./files.mjs";
import { exists } from "./pulumiCli.mjs";
import { UserError } from "./userError.mjs";

/** The resource plugins of the program, in the versions of its npm packages. */
export const PLUGINS = [
  { name: "docker", version: "5.2.0", double: false },
  { name: "random", version: "4.21.2", double: false },
  { name: "command", version: "1.2.1", double: true },
  { name: "postgresql", version: "3.18.1", double: true },
];

/**
 * @param {string} home A Pulumi home.
 * @param {{ name: string, version: string }} plugin
 */
const installedAt = (home, plugin) =>
  join(home, "plugins", `resource-${plugin.name}-v${plugin.version}`);

/** @param {string} home */
const allInstalled = async (home) =>
  (await Promise.all(PLUGINS.map((plugin) => exists(installedAt(home, plugin))))).every(Boolean);

/**
 * Has Pulumi download its released plugins into the person's own Pulumi home.
 * @param {string} pulumi Path of the CLI.
 * @param {string} home The person's own Pulumi home.
 * @param {import("./context.mjs").Context} context
 * @returns {Promise<boolean>} Whether all of them are there.
 */
export async function installReleasedPlugins(pulumi, home, context) {
  if (await allInstalled(home)) return true;
  try {
    for (const [index, plugin] of PLUGINS.entries()) {
      if (await exists(installedAt(home, plugin))) continue;
      context.say(`downloading ${plugin.name} ${plugin.version}`);
      // The first one also tells whether downloads answer at all.
      const timeoutMs = index === 0 ? 120_000 : 600_000;
      const args = ["plugin", "install", "resource", plugin.name, plugin.version];
      await context.run(pulumi, args, { timeoutMs });
    }
    return true;
  } catch (error) {
    context.log(`released plugins cannot be had: ${error}`);
    return false;
  }
}

/**
 * Installs plugins built here, and stand-ins, into a Pulumi home of this checkout alone.
 * @param {object} input
 * @param {string} input.pulumi Path of the CLI.
 * @param {import("./paths.mjs").Paths} input.paths
 * @param {import("./context.mjs").Context} input.context
 * @param {() => Promise<{ docker: string, random: string }>} input.build
 * @param {string} input.doublesHash Hash of what the stand-ins are made of.
 * @param {string} input.goHash Hash of what the built plugins are made of.
 */
export async function installLocalPlugins(input) {
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
