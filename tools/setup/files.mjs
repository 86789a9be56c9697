import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Reads a text file; `undefined` where there is none.
 * @param {string} path
 * @returns {Promise<string | undefined>}
 */
export async function readIfPresent(path) {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

/**
 * Reads a JSON object; `undefined` where there is none or an interrupted run left half of one.
 * @param {string} path
 * @returns {Promise<Record<string, unknown> | undefined>}
 */
export async function readJsonIfPresent(path) {
  const text = await readIfPresent(path);
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text);
    return value !== null && typeof value === "object" ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Writes a file so that a reader sees the old content or the new one, never a part.
 * @param {string} path
 * @param {string} content
 * @param {number} [mode] File mode, 0o644 by default.
 */
export async function writeWhole(path, content, mode = 0o644) {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}.draft`;
  await writeFile(draft, content, { mode });
  await rename(draft, path);
}

/**
 * Makes a directory that nobody but its owner may enter, whatever the umask, also where it is there with wider bits.
 * @param {string} directory Its parent has to be there.
 */
export async function makePrivate(directory) {
  // Not recursive: Node then calls a read-only file system ENOENT.
  await mkdir(directory, { mode: 0o700 }).catch((error) => {
    if (error.code !== "EEXIST") throw error;
  });
  await chmod(directory, 0o700);
}

/**
 * @param {string} directory
 * @returns {Promise<string[]>} Every file below the directory, sorted; empty where it does not exist.
 */
async function filesBelow(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    () => [],
  );
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/**
 * One hash over files and whole directories, by relative name and content.
 * @param {string} root
 * @param {string[]} names Files or directories, relative to the root; a missing one counts as empty.
 */
export async function hashOf(root, names) {
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
