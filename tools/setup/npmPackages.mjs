import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lockSetup } from "./setupLock.mjs";
import { UserError } from "./userError.mjs";

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockEntry */
/** @typedef {{ packages?: Record<string, LockEntry>, lock?: string, files?: number, version?: string }} Json */

/**
 * @param {...string} path
 * @returns {Promise<Json | undefined>} `undefined` where there is none or an interrupted run left half of one.
 */
async function readJson(...path) {
  try {
    return Object(JSON.parse(await readFile(join(...path), "utf8")));
  } catch {
    return undefined;
  }
}

/**
 * Whether npm's record of what it installed holds every package of the lock file, with its version and content.
 * @param {Json} wanted package-lock.json
 * @param {Json | undefined} installed node_modules/.package-lock.json, which npm writes last
 */
export function isInstalled(wanted, installed) {
  return Object.entries(wanted.packages ?? {})
    .filter(([name, entry]) => name !== "" && !entry.optional && !entry.devOptional)
    .every(([name, { version, integrity }]) => {
      const have = installed?.packages?.[name];
      return have?.version === version && have?.integrity === integrity;
    });
}

/**
 * How many files a package has; -1 where it is not the package that it should be.
 * @param {string} root
 * @param {string} name Folder of the package, as npm's record has it.
 * @param {LockEntry} entry
 */
async function filesIn(root, name, { version, link }) {
  const manifest = await readJson(root, name, "package.json");
  // Some packages write their own version with a v.
  const own = String(manifest?.version).replace(/^v/, "");
  if (manifest === undefined || (!link && own !== version)) return -1;
  return (await readdir(join(root, name), { recursive: true }).catch(() => [])).length;
}

/**
 * Counts the files of the packages that npm says it installed: it does not notice what was removed afterwards.
 * @param {string} root
 * @param {Json | undefined} installed node_modules/.package-lock.json
 * @returns {Promise<{ files: number, broken: string[] }>} `broken`: packages without their package.json.
 */
export async function countFiles(root, installed) {
  const entries = Object.entries(installed?.packages ?? {});
  const counts = await Promise.all(entries.map(([name, entry]) => filesIn(root, name, entry)));
  const broken = entries.filter((_, index) => counts[index] === -1).map(([name]) => name);
  return { files: counts.reduce((sum, count) => sum + Math.max(count, 0), 0), broken };
}

const installedIn = (/** @type {string} */ root) =>
  readJson(root, "node_modules", ".package-lock.json");
const stampOf = (/** @type {string} */ root) => join(root, ".local", "npm.stamp");
const hashOf = (/** @type {Json} */ lock) =>
  createHash("sha256").update(JSON.stringify(lock)).digest("hex");

/**
 * Whether the packages are there and whole: none lacks its manifest, and together they have no file less than when they
 * were counted first.
 * @param {string} root
 * @param {Json} lock package-lock.json
 */
async function arePresent(root, lock) {
  const installed = await installedIn(root);
  if (!isInstalled(lock, installed)) return false;
  const { files, broken } = await countFiles(root, installed);
  const stamp = await readJson(stampOf(root));
  const isCounted = stamp?.lock === hashOf(lock);
  if (broken.length > 0 || (isCounted && files < Number(stamp.files))) return false;
  if (!isCounted) await writeStamp(root, lock, files);
  return true;
}

/**
 * @param {string} root
 * @param {Json} lock
 * @param {number} files
 */
const writeStamp = (root, lock, files) =>
  // Without it the packages are only counted again.
  writeFile(stampOf(root), JSON.stringify({ lock: hashOf(lock), files })).catch(() => {});

/**
 * @param {string} root
 * @returns {Promise<void>}
 */
function npmCi(root) {
  // No package here needs its install script, and @pulumi/command's would start a pulumi that is not there yet.
  const args = ["ci", "--no-audit", "--no-fund", "--ignore-scripts"];
  // Standard output is the command's own: `npm run token` prints a token there and nothing else.
  const child = spawn("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  const end = () => child.kill();
  process.once("exit", end);
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new UserError(`npm does not start: ${error.message}`)));
    child.once("close", (code) => {
      process.off("exit", end);
      if (code === 0) return resolve();
      reject(new UserError("npm ci failed; correct it above, then run the command again"));
    });
  });
}

/**
 * Installs the npm packages of the lock file where they are not there, or not whole.
 * @param {string} root The checkout.
 */
export async function ensureNpmPackages(root) {
  const lock = await readJson(root, "package-lock.json");
  if (lock === undefined) {
    throw new UserError(
      "package-lock.json is missing or broken; restore it: git checkout package-lock.json",
    );
  }
  if (await arePresent(root, lock)) return;
  const say = (/** @type {string} */ text) => process.stderr.write(`${text}\n`);
  const release = await lockSetup(join(root, ".local", "setup.lock"), say);
  process.once("exit", release);
  try {
    // Another set-up may have installed them in the meantime.
    if (await arePresent(root, lock)) return;
    say("installing npm packages (npm ci)");
    await npmCi(root);
    await writeStamp(root, lock, (await countFiles(root, await installedIn(root))).files);
  } finally {
    process.off("exit", release);
    release();
  }
}
