import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Lines that `sha256sum --check` reads, one for each file, in the order of their names.
 * @param {string} folder
 * @param {string[]} names
 * @returns {Promise<string>}
 */
export async function checksumLines(folder, names) {
  const lines = [...names].sort().map(async (name) => {
    const hash = createHash("sha256").update(await readFile(join(folder, name)));
    return `${hash.digest("hex")}  ${name}\n`;
  });
  return (await Promise.all(lines)).join("");
}
