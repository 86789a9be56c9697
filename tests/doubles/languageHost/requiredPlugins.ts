import { installedPackages, type PackageManifest, readManifest } from "./packageFolders";

/** A resource plugin that an installed package asks for. */
export interface RequiredPlugin {
  name: string;
  /** With a leading `v`, as the engine compares it. */
  version: string;
  /** Download server, empty for Pulumi's own. */
  server: string;
}

function requiredPlugin(manifest: PackageManifest): RequiredPlugin | undefined {
  const { pulumi } = manifest;
  if (!pulumi?.resource) return undefined;
  if (pulumi.parameterization !== undefined) {
    throw new Error(`${manifest.name}: parameterized packages are not imitated by this double`);
  }
  // The published rule: "@pulumi/x" is plugin "x"; another scope loses its "@".
  const name = pulumi.name ?? manifest.name?.replace(/^@pulumi\//, "").replace(/^@/, "");
  const version = pulumi.version ?? manifest.version;
  if (!name || !version) {
    throw new Error(`package ${manifest.name ?? "without a name"} names no plugin and version`);
  }
  return { name, version: `v${version.replace(/^v/, "")}`, server: pulumi.server ?? "" };
}

/** The plugins of all packages installed for the program, each name and version once, sorted. */
export async function requiredPlugins(program: string, root: string): Promise<RequiredPlugin[]> {
  const found = new Map<string, RequiredPlugin>();
  for (const folder of await installedPackages(program, root)) {
    const manifest = await readManifest(folder);
    const plugin = manifest && requiredPlugin(manifest);
    if (plugin) found.set(`${plugin.name}@${plugin.version}`, plugin);
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}
