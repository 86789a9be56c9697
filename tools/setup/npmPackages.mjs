import { createHash } from "node:crypto";
import { join } from "node:path";
import { readIfPresent, readJsonIfPresent, writeWhole } from "./files.mjs";
import { UserError } from "./userError.mjs";

/** @typedef {{ version?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry */

/**
 * @param {Record<string, unknown> | undefined} lock
 * @returns {Record<string, LockEntry>}
 */
function packagesOf(lock) {
  const packages = lock?.packages;
  return packages !== null && typeof packages === "object" ? { ...packages } : {};
}

/**
 * Whether npm's record of what it installed holds every package of the lock file in its version.
 * @param {Record<string, unknown> | undefined} wanted package-lock.json
 * @param {Record<string, unknown> | undefined} installed node_modules/.package-lock.json, which npm
 *   writes as the last thing of an installation
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) return false;
  const have = packagesOf(installed);
  return Object.entries(packagesOf(wanted))
    .filter(([name, entry]) => name !== "" && !entry.optional && !entry.devOptional)
    .every(([name, entry]) => have[name]?.version === entry.version);
}

/**
 * Installs the npm packages of the lock file where they are not there yet.
 * @param {import("./paths.mjs").Paths} paths
 * @param {import("./context.mjs").Context} context
 * @returns {Promise<string>} What was found or done.
 */
export async function ensureNpmPackages(paths, context) {
  const lockText = await readIfPresent(join(paths.root, "package-lock.json"));
  if (lockText === undefined) {
    throw new UserError("package-lock.json is missing; restore it: git checkout package-lock.json");
  }
  const stamp = createHash("sha256").update(lockText).digest("hex");
  const installed = await readJsonIfPresent(join(paths.nodeModules, ".package-lock.json"));
  const stamped = (await readIfPresent(paths.npmStamp))?.trim() === stamp;
  if (stamped && installed !== undefined) return "present";
  if (isInstalled(JSON.parse(lockText), installed)) {
    await writeWhole(paths.npmStamp, `${stamp}\n`);
    return "present";
  }
  context.say("npm ci");
  // No package here needs its install script, and @pulumi/command's would start a pulumi that is
  // not there yet.
  await context.run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
  await writeWhole(paths.npmStamp, `${stamp}\n`);
  return "installed";
}
