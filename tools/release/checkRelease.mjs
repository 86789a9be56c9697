import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { readIfPresent } from "../setup/files";
import { releaseProblems } from "./changelog.mjs";

const SCHEMA = "docs/schema.json";
const RECORD = "node tools/release/recordState.mjs";

/**
 * @param {string} root
 * @param {string} path
 */
async function readJson(root, path) {
  return JSON.parse(await readFile(join(root, path), "utf8"));
}

/**
 * Files that are neither ignored nor as the commit has them: the compiler would take them into the tarball.
 * @param {string} root
 */
function uncommitted(root) {
  const args = ["status", "--porcelain", "--untracked-files=all", "-z"];
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) return ["git: this is no checkout; release from a clone"];
  if (stdout === "") return [];
  const [first = ""] = stdout.split("\0");
  const name = JSON.stringify(first.slice(3));
  return [`git: there are changes that are not committed, such as ${name}; commit them`];
}

/**
 * The schema that the code of a checkout has now.
 * @param {string} root
 * @returns {string}
 */
function schemaNow(root) {
  const args = ["--import", "tsx", join("tools", "package", "schema.ts")];
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: root,
    encoding: "utf8",
    env,
  });
  if (status !== 0) throw new Error(`the schema cannot be made: ${stderr}`);
  return stdout;
}

/**
 * @param {string} root
 * @param {string} schema What it ought to be.
 */
async function staleSchema(root, schema) {
  if ((await readIfPresent(join(root, SCHEMA))) === schema) return [];
  return [`${SCHEMA}: is not the schema of this code; run npm run docs`];
}

/**
 * What is wrong with the state that later releases are held against.
 * @param {string} root
 * @param {string} version
 */
async function stateProblems(root, version) {
  const file = `tests/compat/state/${version}.json`;
  const text = await readIfPresent(join(root, file));
  if (text === undefined) return [`${file}: is missing; run ${RECORD}`];
  const { release, doubles } = JSON.parse(text);
  if (release !== version)
    return [`${file}: is of release ${release}; remove it and run ${RECORD}`];
  if (!Array.isArray(doubles)) return [`${file}: names no doubles; remove it and run ${RECORD}`];
  if (doubles.length === 0) return [];
  return [
    `${file}: was recorded with stand-ins (${doubles.join(", ")}); remove it and, where the published parts are, run ${RECORD}`,
  ];
}

/**
 * What keeps this checkout from being released.
 * @param {string} root
 * @param {(root: string) => string} [schemaOf] Tests have checkouts without code.
 * @returns {Promise<string[]>} One line each.
 */
export async function checkRelease(root, schemaOf = schemaNow) {
  const { version } = await readJson(root, "package.json");
  const lock = await readJson(root, "package-lock.json");
  const changelog = await readFile(join(root, "CHANGELOG.md"), "utf8");
  const remedy = "run npm install --package-lock-only";
  const stale = `package-lock.json: is of version ${lock.version}, package.json of ${version}; ${remedy}`;
  return [
    ...releaseProblems(version, changelog),
    ...(lock.version === version ? [] : [stale]),
    ...(await staleSchema(root, schemaOf(root))),
    ...(await stateProblems(root, version)),
    ...uncommitted(root),
  ];
}
