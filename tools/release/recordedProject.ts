import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { runCommand } from "../setup/context";
import { UserError } from "../setup/userError.mjs";

/** Stack of the recorded states; its name is part of every URN in them. */
const RECORDED_STACK = "recorded";

/** Secrets in the records are those of stacks that are gone: the passphrase protects nothing. */
const RECORDED_PASSPHRASE = "recorded";

/** An update of a stack whose images are on the machine takes seconds. */
const TIMEOUT_MS = 600_000;

/** What the program is made of, without the settings of anybody's stack. */
const PROGRAM = ["Pulumi.yaml", "package.json", "tsconfig.json", "infra"];

/** A copy of this checkout's program with a backend of its own, in which the recorded stack can be brought up or imported. */
export interface RecordedProject {
  directory: string;
  /** Runs a command that has to succeed on the stack; returns its output. */
  pulumi: (...args: string[]) => Promise<string>;
  /** Removes the folder, and nothing that the stack has in Docker. */
  remove: () => Promise<void>;
}

async function layOut(root: string, directory: string): Promise<void> {
  const project = join(directory, "project");
  await mkdir(project);
  await mkdir(join(directory, "state"));
  for (const name of PROGRAM) await cp(join(root, name), join(project, name), { recursive: true });
  await symlink(join(root, "node_modules"), join(project, "node_modules"));
}

function pulumiIn(root: string, directory: string): RecordedProject["pulumi"] {
  const launcher = join(root, "node_modules", ".bin", "pulumi");
  const env = {
    ...process.env,
    PULUMI_BACKEND_URL: pathToFileURL(join(directory, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: RECORDED_PASSPHRASE,
    PULUMI_STACK: RECORDED_STACK,
  };
  const cwd = join(directory, "project");
  return async (...args) => {
    let text = "";
    const onOutput = (chunk: Buffer) => {
      text += chunk.toString("utf8");
    };
    const all = [...args, "--non-interactive", "--color", "never"];
    try {
      return await runCommand(launcher, all, { cwd, env, timeoutMs: TIMEOUT_MS, onOutput });
    } catch (error) {
      // Pulumi writes its diagnostics to the standard output.
      throw new UserError(`${error instanceof Error ? error.message : error}:\n${text}`);
    }
  };
}

/**
 * Makes the project and its stack; nothing runs yet.
 * @param root The checkout, which has been set up.
 * @param config Settings by path.
 */
export async function recordedProject(
  root: string,
  config: Readonly<Record<string, string>>,
): Promise<RecordedProject> {
  const directory = await mkdtemp(join(tmpdir(), "clerk-hasura-recorded-"));
  const pulumi = pulumiIn(root, directory);
  const remove = () => rm(directory, { recursive: true, force: true });
  try {
    await layOut(root, directory);
    await pulumi("stack", "init", RECORDED_STACK);
    const pairs = Object.entries(config).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${value}`,
    ]);
    await pulumi("config", "set-all", "--path", ...pairs);
    return { directory, pulumi, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}
