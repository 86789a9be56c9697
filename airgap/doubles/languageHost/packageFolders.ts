import { existsSync } from "node:fs";
import { readdir, readFile, realpath } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

/** What a package.json says, as far as the language host needs it. */
export interface PackageManifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  /** Packages whose install scripts npm may run. */
  allowScripts?: Record<string, boolean>;
  pulumi?: {
    resource?: boolean;
    name?: string;
    version?: string;
    server?: string;
    parameterization?: unknown;
  };
}

/** The package.json of a folder, or `undefined` when it has none; throws when it is no JSON. */
export async function readManifest(folder: string): Promise<PackageManifest | undefined> {
  const path = join(folder, "package.json");
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as PackageManifest;
  } catch {
    throw new Error(`${path} is not valid JSON; install the dependencies again`);
  }
}

async function folderNames(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((e) => e.isDirectory() || e.isSymbolicLink()).map((e) => e.name);
  } catch {
    return [];
  }
}

async function packagesIn(nodeModules: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of await folderNames(nodeModules)) {
    if (name.startsWith(".")) continue;
    const folder = join(nodeModules, name);
    const packages = name.startsWith("@")
      ? (await folderNames(folder)).map((scoped) => join(folder, scoped))
      : [folder];
    for (const entry of packages) {
      found.push(entry, ...(await packagesIn(join(entry, "node_modules"))));
    }
  }
  return found;
}

/**
 * Every package in a folder of packages below the program's, however deep, and in no folder above it, as the published host
 * looks for them (getPackagesFromDir).
 */
export async function packagesBelow(program: string): Promise<string[]> {
  const found: string[] = [];
  const seen = new Set<string>();
  const visit = async (folder: string, inModules: boolean): Promise<void> => {
    const path = await realpath(folder).catch(() => undefined);
    if (path === undefined || seen.has(path)) return;
    seen.add(path);
    // The plugins of a policy pack are not the program's.
    if (path !== resolve(program) && existsSync(join(path, "PulumiPolicy.yaml"))) return;
    if (inModules) found.push(path);
    const inside = inModules || basename(folder) === "node_modules";
    for (const name of await folderNames(path)) await visit(join(path, name), inside);
  };
  await visit(program, false);
  return found;
}

/** Folders from `start` upwards, to `root` when that is above it, otherwise to the file system's. */
export function foldersUpward(start: string, root: string): string[] {
  const folders = [resolve(start)];
  for (let at = resolve(start); at !== resolve(root); ) {
    const parent = dirname(at);
    if (parent === at) break;
    folders.push(parent);
    at = parent;
  }
  return folders;
}

/** Every package installed for a program: all node_modules of its folder and of those above it. */
export async function installedPackages(program: string, root: string): Promise<string[]> {
  const lists = foldersUpward(program, root).map((at) => packagesIn(join(at, "node_modules")));
  return [...new Set((await Promise.all(lists)).flat())];
}
