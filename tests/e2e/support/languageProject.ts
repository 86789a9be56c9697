import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { launcher, makeCheckout, personEnvironment } from "./checkout";
import { removeLabelled } from "./docker";
import { type Finished, startProcess } from "./runProcess";

/** Files of a program, by name; Pulumi.yaml among them. */
export type ProgramFiles = Record<string, string>;

const TIMEOUT_MS = 240_000;
const FLAGS = ["--non-interactive", "--color", "never"];

/** Whether a command is on the path of this test run, where the set-up has put its parts. */
export function isOnPath(command: string): boolean {
  return (process.env.PATH ?? "").split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, command), constants.X_OK);
      return directory !== "";
    } catch {
      return false;
    }
  });
}

/** Ends a test that this machine has no part for, and says so. */
export function skipWithout(context: Mocha.Context, command: string): void {
  if (isOnPath(command)) return;
  process.stderr.write(`    SKIPPED: ${command} is not on PATH: ${context.test?.parent?.title}\n`);
  context.skip();
}

/** A project of somebody else's, which has this package as a plugin and none of its code. */
export class LanguageProject {
  readonly stack = `e2e-${randomBytes(4).toString("hex")}`;
  readonly directory = mkdtempSync(join(tmpdir(), "clerk-hasura-e2e-language-"));
  /** A checkout of this package, as the user has it. */
  readonly checkout = join(this.directory, "checkout");
  /** What the user names as the plugin. */
  readonly plugin = join(this.checkout, "plugin");
  /** Where the program is. */
  readonly folder = join(this.directory, "program");
  private readonly state = join(this.directory, "state");
  private readonly passphrase = randomBytes(24).toString("base64url");

  readonly name: string;

  private constructor(name: string) {
    this.name = name;
  }

  /** Makes the project with a stack of its own; nothing runs yet. */
  static async create(
    name: string,
    files: (plugin: string) => ProgramFiles,
  ): Promise<LanguageProject> {
    const project = new LanguageProject(name);
    try {
      makeCheckout(project.checkout, { ownPackages: true });
      mkdirSync(project.folder);
      mkdirSync(project.state);
      for (const [file, text] of Object.entries(files(project.plugin))) {
        writeFileSync(join(project.folder, file), text);
      }
      await project.demand(["stack", "init", project.stack]);
      return project;
    } catch (error) {
      rmSync(project.directory, { recursive: true, force: true });
      throw error;
    }
  }

  /** Gives the program packages of its checkout, as an installation would. */
  install(...names: string[]): void {
    const modules = join(this.folder, "node_modules");
    mkdirSync(modules, { recursive: true });
    for (const name of names) {
      const from = name === "clerk-hasura" ? "" : join("node_modules", name);
      symlinkSync(join(this.checkout, from), join(modules, name));
    }
  }

  /** Runs Pulumi in the program's folder, whatever comes of it. */
  async pulumi(args: string[], input = ""): Promise<Finished> {
    const env = {
      ...personEnvironment(),
      PULUMI_BACKEND_URL: pathToFileURL(this.state).href,
      PULUMI_CONFIG_PASSPHRASE: this.passphrase,
    };
    const options = { cwd: this.folder, env, timeoutMs: TIMEOUT_MS, input };
    return startProcess(launcher(), [...args, ...FLAGS], options).finished;
  }

  /** Runs Pulumi, which has to succeed. */
  async demand(args: string[], input = ""): Promise<Finished> {
    const finished = await this.pulumi(args, input);
    if (finished.code === 0) return finished;
    throw new Error(`pulumi ${args.join(" ")} failed:\n${finished.text}`);
  }

  up(...flags: string[]): Promise<Finished> {
    return this.demand(["up", "--yes", "--skip-preview", ...flags]);
  }

  /** The outputs, with secrets as they are shown, or in plain. */
  async outputs(...flags: string[]): Promise<Record<string, unknown>> {
    const { stdout } = await this.demand(["stack", "output", "--json", ...flags]);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async configure(plain: Record<string, string>, secret: Record<string, string>): Promise<void> {
    for (const [key, value] of Object.entries(plain))
      await this.demand(["config", "set", key, value]);
    // Through standard input: a command line is for everyone to read.
    for (const [key, value] of Object.entries(secret)) {
      await this.demand(["config", "set", "--secret", key], value);
    }
  }

  /** Destroys the stack and removes what is left of it; never fails. */
  async cleanUp(): Promise<void> {
    try {
      await this.pulumi(["destroy", "--yes", "--skip-preview"]);
    } finally {
      await removeLabelled(`dev.clerk-hasura.stack=${this.name}/${this.stack}`);
      rmSync(this.directory, { recursive: true, force: true });
    }
  }
}
