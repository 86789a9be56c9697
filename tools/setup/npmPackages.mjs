import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { readJsonIfPresent, writeWhole } from "./files.mjs";
import { UserError } from "./userError.mjs";

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {string} [integrity]
 * @property {boolean} [optional]
 * @property {boolean} [devOptional]
 * @property {boolean} [link]
 */

/**
 * @param {Record<string, unknown> | undefined} lock
 * @returns {Record<string, LockEntry>}
 */
function packagesOf(lock) {
  const packages = lock?.packages;
  return packages !== null && typeof packages === "object" ? { ...packages } : {};
}

/**
 * @param {Record<string, unknown> | undefined} wanted package-lock.json
 * @returns {[string, LockEntry][]} What has to be there on every machine.
 */
const demanded = (wanted) =>
  Object.entries(packagesOf(wanted)).filter(
    ([name, entry]) => name !== "" && !entry.optional && !entry.devOptional,
  );

/**
 * Whether npm's record of what it installed holds every package of the lock file, with its version and content.
 * @param {Record<string, unknown> | undefined} wanted package-lock.json
 * @param {Record<string, unknown> | undefined} installed node_modules/.package-lock.json, which npm
 *   writes as the last thing of an installation
 */
export function isInstalled(wanted, installed) {
  if (installed === undefined) return false;
  const have = packagesOf(installed);
  return demanded(wanted).every(
    ([name, entry]) =>
      have[name]?.version === entry.version && have[name]?.integrity === entry.integrity,
  );
}

/**
 * How many files a package has; -1 where it is not the package that it should be.
 * @param {string} root
 * @param {string} name Folder of the package, as npm's record has it.
 * @param {LockEntry} entry
 */
async function filesIn(root, name, { version, link }) {
  const folder = join(root, name);
  const manifest = await readJsonIfPresent(join(folder, "package.json"));
  // Some packages write their own version with a v.
  const own = String(manifest?.version).replace(/^v/, "");
  if (manifest === undefined || (!link && own !== version)) return -1;
  return (await readdir(folder, { recursive: true }).catch(() => [])).length;
}

/**
 * Counts the files of the packages that npm says it installed: it does not notice what was removed afterwards.
 * @param {string} root
 * @param {Record<string, unknown> | undefined} installed node_modules/.package-lock.json
 * @returns {Promise<{ files: number, broken: string[] }>} `broken`: packages without their package.json.
 */
export async function countFiles(root, installed) {
  const entries = Object.entries(packagesOf(installed));
  const counts = await Promise.all(entries.map(([name, entry]) => filesIn(root, name, entry)));
  const broken = entries.filter((_, index) => counts[index] === -1).map(([name]) => name);
  return { files: counts.reduce((sum, count) => sum + Math.max(count, 0), 0), broken };
}

/**
 * Whether the packages are there and whole: none lacks its manifest, and together they have no file less than when the
 * set-up looked first.
 * @param {import("./paths.mjs").Paths} paths
 * @param {Record<string, unknown>} lock package-lock.json
 * @param {import("./context.mjs").Context} context
 */
async function arePresent(paths, lock, context) {
  const installed = await readJsonIfPresent(join(paths.nodeModules, ".package-lock.json"));
  if (!isInstalled(lock, installed)) return false;
  const { files, broken } = await countFiles(paths.root, installed);
  const stamp = await readJsonIfPresent(paths.npmStamp);
  const hash = hashOfLock(lock);
  const before = stamp?.lock === hash ? Number(stamp.files) : files;
  if (broken.length > 0 || files < before) {
    context.log(`npm packages are broken: ${before - files} files less, ${broken.join(", ")}`);
    return false;
  }
  if (stamp?.lock !== hash) await writeStamp(paths, lock, files);
  return true;
}

/** @param {Record<string, unknown>} lock */
const hashOfLock = (lock) => createHash("sha256").update(JSON.stringify(lock)).digest("hex");

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {Record<string, unknown>} lock
 * @param {number} files
 */
const writeStamp = (paths, lock, files) =>
  writeWhole(paths.npmStamp, JSON.stringify({ lock: hashOfLock(lock), files }));

/**
 * Installs the npm packages of the lock file where they are not there, or not whole.
 * @param {import("./paths.mjs").Paths} paths
 * @param {import("./context.mjs").Context} context
 * @returns {Promise<string>} What was found or done.
 */
export async function ensureNpmPackages(paths, context) {
  const lock = await readJsonIfPresent(join(paths.root, "package-lock.json"));
  if (lock === undefined) {
    throw new UserError(
      "package-lock.json is missing or broken; restore it: git checkout package-lock.json",
    );
  }
  if (await arePresent(paths, lock, context)) return "present";
  context.say("npm ci");
  // No package here needs its install script, and @pulumi/command's would start a pulumi that is
  // not there yet.
  await context.run("npm", ["ci", "--no-audit", "--no-fund", "--ignore-scripts"]);
  const installed = await readJsonIfPresent(join(paths.nodeModules, ".package-lock.json"));
  await writeStamp(paths, lock, (await countFiles(paths.root, installed)).files);
  return "installed";
}
