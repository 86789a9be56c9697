import { spawnSync } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../setup/userError.mjs";

/**
 * Makes the tarball of a folder as `npm publish` would, and the same bytes each time.
 * @param {string} folder
 * @param {string} destination
 * @returns {Promise<{ tarball: string, files: string[] }>} Its path, and the paths in it, sorted.
 * @throws {UserError} where npm fails.
 */
export async function packFolder(folder, destination) {
  await mkdir(destination, { recursive: true });
  const args = ["pack", folder, "--pack-destination", destination, "--json", "--ignore-scripts"];
  const { status, stdout, stderr } = spawnSync("npm", args, {
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new UserError(`npm pack failed:\n${stderr}`);
  const [packed] = JSON.parse(stdout);
  const files = packed.files.map((/** @type {{ path: string }} */ { path }) => path);
  return { tarball: join(destination, packed.filename), files: files.sort() };
}
