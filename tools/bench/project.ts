import { cp, mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, removeLabelled } from "./bench";

/** A Pulumi project in its own directory, with the packages and sources of this checkout. */
export interface Project {
  directory: string;
  /** Runs a Pulumi command on the project's stack. */
  pulumi: (args: string[], env?: Record<string, string>) => Promise<string>;
}

export interface ProjectArgs {
  /** Name from {@link Bench.uniqueName}; projects with the same name share the stack. */
  stack: string;
  /** Project name. Default: `clerk-hasura`. */
  name?: string;
  /** A program in JavaScript. Default: the program of this checkout, as Pulumi.yaml starts it. */
  source?: string;
  /** Settings of the stack. */
  config?: Record<string, unknown>;
}

async function writeProject(bench: Bench, directory: string, args: ProjectArgs) {
  const { root } = bench.paths;
  const { name = "clerk-hasura", stack, source, config = {} } = args;
  await mkdir(directory);
  await symlink(join(root, "node_modules"), join(directory, "node_modules"));
  await cp(join(root, "package.json"), join(directory, "package.json"));
  await cp(join(root, "infra"), join(directory, "infra"), { recursive: true });
  if (source !== undefined) await writeFile(join(directory, "program.js"), source);
  const main = source === undefined ? "infra/program.cjs" : "program.js";
  const settings = { name, main, runtime: { name: "nodejs", options: { typescript: false } } };
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
  const { name = "clerk-hasura", stack } = args;
  const directory = join(bench.directory, stack);
  await writeProject(bench, directory, args);
  await mkdir(join(bench.directory, `state-${stack}`), { recursive: true });
  const pulumi = pulumiIn(bench, directory, stack);
  const remove = bench.atEnd(`stack ${stack}`, () =>
    removeLabelled(bench, `dev.clerk-hasura.stack=${name}/${stack}`),
  );
  await pulumi(["stack", "init", stack]);
  return { directory, pulumi, remove };
}
