import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UserError } from "../setup/userError.mjs";
import { publishedManifest } from "./publishedManifest.mjs";

/** Files beside the code that a reader of the package looks for. */
const PAPERS = ["README.md", "LICENSE", "CHANGELOG.md"];

/**
 * @param {string} root
 * @param {string} folder
 */
function compile(root, folder) {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "--project", join(root, "tsconfig.build.json"), "--outDir", folder];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new UserError(`the package does not compile:\n${stdout}`);
}

/**
 * Lets a map name its source where the package has it, and tells which source that is.
 * @param {string} root
 * @param {string} folder
 * @param {string} file
 */
async function withPackagedSource(root, folder, file) {
  const map = JSON.parse(await readFile(file, "utf8"));
  const sources = map.sources.map((/** @type {string} */ source) =>
    relative(root, resolve(dirname(file), source)),
  );
  const shown = sources.map((/** @type {string} */ source) =>
    relative(dirname(file), join(folder, source)).split(sep).join("/"),
  );
  await writeFile(file, JSON.stringify({ ...map, sources: shown }));
  return sources;
}

/**
 * Resolvers that do not read `exports`, TypeScript's node10 among them, look for a folder of the entry's name.
 * @param {string} folder
 * @param {string} name
 * @param {{ types: string, default: string }} entry
 */
async function writeEntryFolder(folder, name, entry) {
  const manifest = { main: `.${entry.default}`, types: `.${entry.types}` };
  await mkdir(join(folder, name));
  await writeFile(join(folder, name, "package.json"), asText(manifest));
}

/** @param {unknown} value */
function asText(value) {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

/**
 * Compiles the component and lays out everything that the npm package holds.
 * @param {string} root The checkout.
 * @param {string} folder Emptied first.
 * @returns {Promise<void>}
 * @throws {UserError} where the component does not compile.
 */
export async function stagePackage(root, folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  compile(root, join(folder, "dist"));
  const written = await readdir(join(folder, "dist"), { recursive: true });
  const maps = written.filter((name) => name.endsWith(".map"));
  /** @type {Set<string>} */
  const sources = new Set();
  for (const name of maps) {
    const named = await withPackagedSource(root, folder, join(folder, "dist", name));
    for (const source of named) sources.add(source);
  }
  for (const name of [...sources, ...PAPERS]) await cp(join(root, name), join(folder, name));
  const checkout = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  const manifest = publishedManifest(checkout);
  await writeFile(join(folder, "package.json"), asText(manifest));
  await writeEntryFolder(folder, "remoteProviders", manifest.exports["./remoteProviders"]);
}
