import { access, mkdir, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../tools/setup/context";
import { isRunning } from "../tools/setup/setupLock.mjs";

const DRAFT = /\.draft-(\d+)$/;

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  );

/** Removes what builds left behind that were interrupted. */
async function removeAbandonedDrafts(context: Context, directory: string) {
  for (const name of await readdir(directory)) {
    const pid = Number(DRAFT.exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || isRunning(pid)) continue;
    await rm(join(directory, name), { recursive: true, force: true }).catch((error) =>
      context.log(`${name} cannot be removed: ${error}`),
    );
  }
}

/**
 * Returns the path of a cache entry, built if missing. `name` holds a hash of its sources. An interrupted build is
 * never used: the entry appears under its name when it is complete.
 */
export async function cacheEntry(
  context: Context,
  name: string,
  build: (draft: string) => Promise<void>,
): Promise<string> {
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
