import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { checkoutRoot } from "../setup/checkoutRoot.cjs";
import { removeLabelled } from "./removal.mjs";

/** @typedef {import("./bench.mjs").Bench} Bench */

/**
 * How a program gets from TypeScript to Node; Pulumi.yaml of this checkout says `tsx`, and Pulumi
 * without options takes `ts-node`.
 */
export const LOADINGS = /** @type {const} */ ([
  "tsx",
  "ts-node",
  "ts-node-unchecked",
  "hook",
  "esbuild",
]);
/** @typedef {typeof LOADINGS[number]} Loading */

const HOOK = join(checkoutRoot, "tools", "bench", "typescriptHook.cjs");

/** @param {string} directory @param {Loading} loading @returns {Record<string, unknown>} */
function runtimeOptions(directory, loading) {
  if (loading === "hook") return { typescript: false, nodeargs: `--require ${HOOK}` };
  if (loading === "tsx") return { typescript: false, nodeargs: "--import tsx" };
  if (loading === "esbuild") return { typescript: false };
  return { typescript: true, tsconfig: join(directory, "tsconfig.json") };
}

/**
 * A Pulumi project in a directory of its own, with this checkout's packages and sources.
 * @typedef {object} Project
 * @property {string} directory
 * @property {(args: string[], env?: Record<string, string>) => Promise<string>} pulumi
 *   Runs a Pulumi command on the project's stack.
 */

/**
 * @typedef {object} ProjectArgs
 * @property {string} stack Name from {@link Bench.uniqueName}; projects that name the same one share it.
 * @property {Loading} loading
 * @property {string} [name] Project name, `clerk-hasura` by default.
 * @property {string} [source] Program text in TypeScript; infra/program.ts by default.
 * @property {Record<string, unknown>} [config] Values by key.
 */

/**
 * @param {Bench} bench
 * @param {string} directory
 * @param {ProjectArgs} args
 * @returns {Promise<string>} The entry point, relative to the project.
 */
async function writeProgram(bench, directory, { source, loading }) {
  const infra = join(directory, "infra");
  await cp(join(bench.paths.root, "infra"), infra, { recursive: true });
  const entry = join(infra, "program.ts");
  if (source !== undefined) await writeFile(entry, source);
  if (loading !== "esbuild") return "infra/program.ts";
  const { build } = await import("esbuild");
  const outfile = join(infra, "program.js");
  const options = { bundle: true, platform: /** @type {const} */ ("node"), outfile };
  await build({ ...options, entryPoints: [entry], packages: "external", logLevel: "error" });
  return "infra/program.js";
}

/**
 * @param {Bench} bench
 * @param {string} directory
 * @param {ProjectArgs} args
 */
async function writeProject(bench, directory, args) {
  const { root } = bench.paths;
  const { name = "clerk-hasura", stack, loading, config = {} } = args;
  await mkdir(directory);
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  await cp(join(root, "package.json"), join(directory, "package.json"));
  const { compilerOptions } = JSON.parse(await readFile(join(root, "tsconfig.json"), "utf8"));
  // Pulumi's ts-node leaves types unchecked where the configuration does.
  const own = { rootDir: directory, noCheck: loading === "ts-node-unchecked" };
  const tsconfig = { compilerOptions: { ...compilerOptions, ...own } };
  await writeFile(join(directory, "tsconfig.json"), JSON.stringify(tsconfig));
  const main = await writeProgram(bench, directory, args);
  const options = runtimeOptions(directory, loading);
  const settings = { name, main, runtime: { name: "nodejs", options } };
  // JSON is YAML.
  await writeFile(join(directory, "Pulumi.yaml"), JSON.stringify(settings));
  const values = Object.entries(config).map(([key, value]) => [`${name}:${key}`, value]);
  const stackSettings = { config: Object.fromEntries(values) };
  await writeFile(join(directory, `Pulumi.${stack}.yaml`), JSON.stringify(stackSettings));
}

/**
 * @param {Bench} bench
 * @param {string} directory
 * @param {string} stack
 * @returns {Project["pulumi"]}
 */
function pulumiIn(bench, directory, stack) {
  const state = join(bench.directory, `state-${stack}`);
  return (args, env = {}) =>
    bench.run(bench.paths.launcher, [...args, "--non-interactive", "--color", "never"], {
      cwd: directory,
      env: {
        ...process.env,
        ...env,
        PULUMI_BACKEND_URL: `file://${state}`,
        PULUMI_CONFIG_PASSPHRASE: "bench",
        PULUMI_STACK: stack,
      },
    });
}

/**
 * Makes a project with a stack in a file backend of its own; what its containers leave goes at the end.
 * @param {Bench} bench
 * @param {ProjectArgs} args
 * @returns {Promise<Project & { remove: () => Promise<void> }>}
 */
export async function newProject(bench, args) {
  const { name = "clerk-hasura", stack, loading } = args;
  const directory = join(bench.directory, `${stack}-${loading}`);
  await writeProject(bench, directory, args);
  await mkdir(join(bench.directory, `state-${stack}`), { recursive: true });
  const pulumi = pulumiIn(bench, directory, stack);
  const remove = bench.atEnd(`stack ${stack}`, () =>
    removeLabelled(bench, `dev.clerk-hasura.stack=${name}/${stack}`),
  );
  await pulumi(["stack", "init", stack]);
  return { directory, pulumi, remove };
}

/**
 * The same program and stack once more, loaded in another way.
 * @param {Bench} bench
 * @param {Project} from
 * @param {ProjectArgs} args
 * @returns {Promise<Project>}
 */
export async function sameStack(bench, from, args) {
  const directory = join(bench.directory, `${args.stack}-${args.loading}`);
  await writeProject(bench, directory, args);
  const settings = `Pulumi.${args.stack}.yaml`;
  // With the salt that the stack was made with.
  await cp(join(from.directory, settings), join(directory, settings));
  return { directory, pulumi: pulumiIn(bench, directory, args.stack) };
}
