import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHECKOUT, launcher, personEnvironment } from "./checkout";
import { objectsOf, removeLabelled, type StackObjects } from "./docker";
import { demandProcess, type Finished, runProcess } from "./runProcess";

/** Somebody else's program that uses the npm package. */
export interface ConsumerProgram {
  /** Plain JavaScript, as CommonJS. */
  source: string;
  /** What its package.json names beside this package. */
  dependencies: Record<string, string>;
  /** Settings without the project's name. */
  config: Record<string, string>;
}

/** A resource as `pulumi stack export` shows it. */
export interface ExportedResource {
  urn: string;
  type: string;
  /** URN and id of its provider. */
  provider?: string;
  inputs?: Record<string, unknown>;
}

const FLAGS = ["--non-interactive", "--color", "never"];
/** The tests have a checkout's plugins; the install script of @pulumi/command would fetch its own. */
const INSTALL = ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
const NPM_TIMEOUT_MS = 300_000;
const UP_TIMEOUT_MS = 240_000;

interface Lock {
  packages: Record<string, { dev?: boolean }>;
}

/**
 * Releases that npm is to prefer where a range allows them: those of the checkout, for which there are plugins, and which a machine
 * that has installed the checkout need not download again.
 */
function lockFor(manifest: object): object {
  const { packages } = JSON.parse(
    readFileSync(join(CHECKOUT, "package-lock.json"), "utf8"),
  ) as Lock;
  const known = Object.entries(packages).filter(([path, { dev }]) => path !== "" && !dev);
  return { lockfileVersion: 3, packages: { "": manifest, ...Object.fromEntries(known) } };
}

/** A Pulumi project in a folder of its own, away from the checkout, with a backend and a stack. */
export class ConsumerProject {
  readonly name = `e2e-${randomBytes(4).toString("hex")}`;
  readonly label = `dev.clerk-hasura.stack=consumer/${this.name}`;
  readonly directory = mkdtempSync(join(tmpdir(), "clerk-hasura-consumer-"));
  readonly project = join(this.directory, "project");
  private readonly env: NodeJS.ProcessEnv;

  private constructor() {
    const state = join(this.directory, "state");
    mkdirSync(this.project);
    mkdirSync(state);
    // The tests' own loader of TypeScript must not be inherited: a consumer has none.
    const { NODE_OPTIONS: _options, ...env } = personEnvironment();
    this.env = {
      ...env,
      PULUMI_BACKEND_URL: pathToFileURL(state).href,
      PULUMI_CONFIG_PASSPHRASE: randomBytes(24).toString("base64url"),
    };
  }

  /** Installs the tarball as a consumer does, and makes the stack; nothing runs yet. */
  static async create(tarball: string, program: ConsumerProgram): Promise<ConsumerProject> {
    const consumer = new ConsumerProject();
    try {
      await consumer.install(tarball, program);
      await consumer.demand(["stack", "init", consumer.name]);
      const pairs = Object.entries(program.config).flatMap(([key, value]) => [
        "--plaintext",
        `${key}=${value}`,
      ]);
      await consumer.demand(["config", "set-all", ...pairs]);
      return consumer;
    } catch (error) {
      await consumer.cleanUp();
      throw error;
    }
  }

  private async install(tarball: string, { source, dependencies }: ConsumerProgram): Promise<void> {
    const manifest = { name: "consumer", private: true, dependencies };
    const files = {
      "Pulumi.yaml": "name: consumer\nruntime: nodejs\nmain: program.js\n",
      "package.json": JSON.stringify(manifest),
      "package-lock.json": JSON.stringify(lockFor(manifest)),
      "program.js": source,
    };
    for (const [name, text] of Object.entries(files)) writeFileSync(join(this.project, name), text);
    const options = { cwd: this.project, env: this.env, timeoutMs: NPM_TIMEOUT_MS };
    await demandProcess("npm", [...INSTALL, tarball], options);
  }

  /** Runs Pulumi to its end, whatever comes of it. */
  pulumi(args: string[], timeoutMs = 120_000): Promise<Finished> {
    const own = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", this.name];
    const options = { cwd: this.project, env: this.env, timeoutMs };
    return runProcess(launcher(), [...args, ...own, ...FLAGS], options);
  }

  /** Runs Pulumi, which has to succeed. */
  async demand(args: string[], timeoutMs?: number): Promise<Finished> {
    const finished = await this.pulumi(args, timeoutMs);
    if (finished.code === 0) return finished;
    throw new Error(`pulumi ${args[0]} of ${this.name} failed:\n${finished.text}`);
  }

  up(...flags: string[]): Promise<Finished> {
    return this.demand(["up", "--yes", "--skip-preview", ...flags], UP_TIMEOUT_MS);
  }

  destroy(): Promise<Finished> {
    return this.demand(["destroy", "--yes", "--skip-preview"], UP_TIMEOUT_MS);
  }

  /** Everything in the state. */
  async resources(): Promise<ExportedResource[]> {
    const { stdout } = await this.demand(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as { deployment: { resources?: ExportedResource[] } };
    return deployment.resources ?? [];
  }

  objects(): Promise<StackObjects> {
    return objectsOf(this.label);
  }

  /** Destroys what is left of the stack and removes the project; never fails. */
  async cleanUp(): Promise<void> {
    try {
      await this.pulumi(["cancel", "--yes"], 30_000);
      await this.pulumi(["destroy", "--yes", "--skip-preview"], UP_TIMEOUT_MS);
    } finally {
      await removeLabelled(this.label);
      rmSync(this.directory, { recursive: true, force: true });
    }
  }
}
