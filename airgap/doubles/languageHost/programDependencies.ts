import { join } from "node:path";
import { foldersUpward, installedPackages, readManifest } from "./packageFolders";

/** One package a program depends on. */
export interface ProgramDependency {
  name: string;
  version: string;
}

async function manifestAbove(program: string, root: string) {
  for (const folder of foldersUpward(program, root)) {
    const manifest = await readManifest(folder);
    if (manifest) return { folder, manifest };
  }
  throw new Error(`no package.json in ${program} or above it`);
}

/** The packages of the program with their installed versions: those it names itself, or all of them. */
export async function programDependencies(
  program: string,
  root: string,
  transitive: boolean,
): Promise<ProgramDependency[]> {
  const { folder, manifest } = await manifestAbove(program, root);
  const named = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
  const folders = transitive
    ? await installedPackages(program, root)
    : named.map((name) => join(folder, "node_modules", name));
  const found = new Map<string, ProgramDependency>();
  for (const entry of folders) {
    const { name, version } = (await readManifest(entry)) ?? {};
    if (name && version) found.set(`${name}@${version}`, { name, version });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
