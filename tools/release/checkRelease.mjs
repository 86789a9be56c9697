import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { releaseProblems } from "./changelog.mjs";

/**
 * @param {string} root
 * @param {string} path
 */
async function readJson(root, path) {
  return JSON.parse(await readFile(join(root, path), "utf8"));
}

/** @param {string} root */
function uncommitted(root) {
  const args = ["status", "--porcelain", "--untracked-files=no"];
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) return ["git: this is no checkout; release from a clone"];
  return stdout === "" ? [] : ["git: there are changes that are not committed; commit them"];
}

/**
 * What keeps this checkout from being released.
 * @param {string} root
 * @returns {Promise<string[]>} One line each.
 */
export async function checkRelease(root) {
  const { version } = await readJson(root, "package.json");
  const lock = await readJson(root, "package-lock.json");
  const schema = await readJson(root, "docs/schema.json");
  const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
  const stale = /** @type {const} */ ([
    ["package-lock.json", lock.version, "npm install --package-lock-only"],
    ["docs/schema.json", schema.version, "node --import tsx tools/package/schema.ts --write"],
  ]).filter(([, found]) => found !== version);
  return [
    ...releaseProblems(version, changelog),
    ...stale.map(([file, found, remedy]) => {
      return `${file}: is of version ${found}, package.json of ${version}; run ${remedy}`;
    }),
    ...uncommitted(root),
  ];
}
