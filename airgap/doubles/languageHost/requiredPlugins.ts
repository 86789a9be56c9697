import { type PackageManifest, packagesBelow, readManifest } from "./packageFolders";

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
  // The published rule: "@pulumi/x" is plugin "x"; others name theirs, or are passed over without a word.
  const [, own] = /^@pulumi\/(.+)$/.exec(manifest.name ?? "") ?? [];
  const name = pulumi.name || own;
  const version = pulumi.version || manifest.version;
  if (!name || !version) return undefined;
  return { name, version: `v${version.replace(/^v/, "")}`, server: pulumi.server ?? "" };
}

/** The plugins of all packages below the program's folder, each name and version once, sorted. */
export async function requiredPlugins(program: string): Promise<RequiredPlugin[]> {
  const found = new Map<string, RequiredPlugin>();
  for (const folder of await packagesBelow(program)) {
    // One that cannot be read is passed over too.
    const manifest = await readManifest(folder).catch(() => undefined);
    const plugin = manifest && requiredPlugin(manifest);
    if (plugin) found.set(`${plugin.name}@${plugin.version}`, plugin);
  }
  return [...found.keys()].sort().flatMap((key) => found.get(key) ?? []);
}
