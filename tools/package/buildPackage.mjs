import { join } from "node:path";
import { packFolder } from "./packFolder.mjs";
import { stagePackage } from "./stagePackage.mjs";

/**
 * Builds the npm package: compiled JavaScript, types, maps and the sources that they name.
 * @param {string} root The checkout.
 * @param {string} output Folder that gets `package/` and the tarball.
 * @returns {Promise<{ tarball: string, files: string[], folder: string }>}
 */
export async function buildPackage(root, output) {
  const folder = join(output, "package");
  await stagePackage(root, folder);
  return { ...(await packFolder(folder, output)), folder };
}
