import { createHash } from "node:crypto";
import { access, chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Reads a text file; undefined if there is none. */
export async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Reads a JSON object; undefined if there is none or it is incomplete. */
export async function readJsonIfPresent(
  path: string,
): Promise<Record<string, unknown> | undefined> {
  const text = await readIfPresent(path);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Writes a file atomically. */
export async function writeWhole(path: string, content: string, mode = 0o644) {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content, { mode });
  await rename(draft, path);
}

/** Creates a directory for its owner only, or restricts one that exists. */
export async function makePrivate(directory: string) {
  // Not recursive: Node would report a read-only file system as ENOENT.
  await mkdir(directory, { mode: 0o700 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  await chmod(directory, 0o700);
}

/** Returns every file below the directory, sorted. */
async function filesBelow(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** Returns one hash over files and directories, by relative name and content. */
export async function hashOf(root: string, names: string[]) {
  const hash = createHash("sha256");
  for (const name of names) {
    const path = join(root, name);
    const below = await filesBelow(path);
    for (const file of below.length > 0 ? below : [path]) {
      const content = await readFile(file).catch(() => Buffer.alloc(0));
      hash.update(`${file.slice(root.length)}\0${content.length}\0`).update(content);
    }
  }
  return hash.digest("hex");
}

const PROBLEMS: Record<string, (path: string) => string> = {
  EROFS: (path) => `${path} is on a read-only file system; use a checkout that can be written to`,
  EACCES: (path) =>
    `this user may not write ${path}; give the checkout to this user (sudo chown -R "$(id -un)" on its folder), or use one of your own`,
  ENOSPC: (path) =>
    `the disk of ${path} is full; free some of it (df -h and docker system df show what fills it), then run the command again`,
  EDQUOT: (path) =>
    `the disk quota of ${path} is used up; free some of it, then run the command again`,
};

/** Returns one line about a file that cannot be written, even if a command reported it; undefined for other errors. */
export function fileProblem(error: unknown, root: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : root;
  const told = "stderr" in error ? `${error.message} ${error.stderr}` : error.message;
  const code =
    "code" in error ? String(error.code) : /\b(EROFS|EACCES|ENOSPC|EDQUOT)\b/.exec(told)?.[1];
  const spelt = /no space left on device/i.test(told) ? "ENOSPC" : code;
  return spelt !== undefined && Object.hasOwn(PROBLEMS, spelt)
    ? PROBLEMS[spelt]?.(path)
    : undefined;
}
