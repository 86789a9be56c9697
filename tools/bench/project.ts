import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";
import { checkoutRoot } from "../setup/checkoutRoot.cjs";
import { type Bench, removeLabelled } from "./bench";

/** How Node loads a TypeScript program: `tsx` as in Pulumi.yaml, `ts-node` as Pulumi does by default. */
export const LOADINGS = ["tsx", "ts-node", "ts-node-unchecked", "hook", "esbuild"] as const;
export type Loading = (typeof LOADINGS)[number];

const HOOK = join(checkoutRoot, "tools", "bench", "typescriptHook.cjs");

function runtimeOptions(directory: string, loading: Loading): Record<string, unknown> {
  if (loading === "hook") return { typescript: false, nodeargs: `--require ${HOOK}` };
  if (loading === "tsx") return { typescript: false, nodeargs: "--import tsx" };
  if (loading === "esbuild") return { typescript: false };
  return { typescript: true, tsconfig: join(directory, "tsconfig.json") };
}

/** A Pulumi project in its own directory, with the packages and sources of this checkout. */
export interface Project {
  directory: string;
  /** Runs a Pulumi command on the project's stack. */
  pulumi: (args: string[], env?: Record<string, string>) => Promise<string>;
}

export interface ProjectArgs {
  /** Name from {@link Bench.uniqueName}; projects with the same name share the stack. */
  stack: string;
  loading: Loading;
  /** Project name. Default: `clerk-hasura`. */
  name?: string;
  /** TypeScript source of the program. Default: infra/program.ts. */
  source?: string;
  /** Settings of the stack. */
  config?: Record<string, unknown>;
}

/** Returns the entry point, relative to the project. */
async function writeProgram(
  bench: Bench,
  directory: string,
  { source, loading }: ProjectArgs,
): Promise<string> {
  const infra = join(directory, "infra");
  await cp(join(bench.paths.root, "infra"), infra, { recursive: true });
  const entry = join(infra, "program.ts");
  if (source !== undefined) await writeFile(entry, source);
  if (loading !== "esbuild") return "infra/program.ts";
  const outfile = join(infra, "program.js");
  const options = { bundle: true, platform: "node" as const, outfile };
  await build({ ...options, entryPoints: [entry], packages: "external", logLevel: "error" });
  return "infra/program.js";
}

async function writeProject(bench: Bench, directory: string, args: ProjectArgs) {
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

function pulumiIn(bench: Bench, directory: string, stack: string): Project["pulumi"] {
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

/** Creates a project with a stack in its own file backend; its containers are removed at the end. */
export async function newProject(
  bench: Bench,
  args: ProjectArgs,
): Promise<Project & { remove: () => Promise<void> }> {
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

/** Creates the same program and stack again, loaded in another way. */
export async function sameStack(bench: Bench, from: Project, args: ProjectArgs): Promise<Project> {
  const directory = join(bench.directory, `${args.stack}-${args.loading}`);
  await writeProject(bench, directory, args);
  const settings = `Pulumi.${args.stack}.yaml`;
  // The settings hold the salt that the stack was created with.
  await cp(join(from.directory, settings), join(directory, settings));
  return { directory, pulumi: pulumiIn(bench, directory, args.stack) };
}
