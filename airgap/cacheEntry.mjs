import { access, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isRunning } from "../tools/setup/setupLock.mjs";

/** @typedef {import("../tools/setup/context.mjs").Context} Context */

const DRAFT = /\.draft-(\d+)$/;

/** @param {string} path */
const exists = (path) =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * Removes what builds left behind that were interrupted.
 * @param {Context} context
 * @param {string} directory
 */
async function removeAbandonedDrafts(context, directory) {
  for (const name of await readdir(directory)) {
    const pid = Number(DRAFT.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    await rm(join(directory, name), { recursive: true, force: true }).catch((error) =>
      context.log(`${name} cannot be removed: ${error}`),
    );
  }
}

/**
 * A file or directory of the cache, built where it is missing. It appears under its name only when
 * it is whole, so that an interrupted build is repeated and never used.
 * @param {Context} context
 * @param {string} name Name below the cache directory; holds a hash of everything it is made of.
 * @param {(draft: string) => Promise<void>} build Builds it at the given path.
 * @returns {Promise<string>} Absolute path of the entry.
 */
export async function cacheEntry(context, name, build) {
  const path = join(context.cacheDir, name);
  if (await exists(path)) return path;
  const directory = dirname(path);
  await mkdir(directory, { recursive: true });
  await removeAbandonedDrafts(context, directory);
  const draft = `${path}.draft-${process.pid}`;
  try {
    await build(draft);
    await rename(draft, path).catch(async (error) => {
      // Somebody else may have built the same meanwhile.
      if (!(await exists(path))) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return path;
}
