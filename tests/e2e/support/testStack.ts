import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { CHECKOUT, makeCheckout, personEnvironment } from "./checkout";
import { objectsOf, removeLabelled, type StackObjects } from "./docker";
import { EngineClient } from "./engineClient";
import { freePorts } from "./exampleStack";
import { type Finished, type RunningProcess, startProcess } from "./runProcess";

/** Outputs of a stack that tests use, secret ones in plain. */
export interface StackOutputs {
  endpoint: string;
  adminSecret: string;
  jwtSecret: string;
  databaseUrl: string;
  readOnlyDatabaseUrl: string;
  jwksUrl: string;
  issuer: string;
  tokenShape: string;
  containers: { hasura?: string; postgres?: string };
  imageDigests: Record<string, string>;
  clientEnv: Record<string, string>;
}

/** What a change of a stack's settings holds, by path. */
export interface StackConfig {
  plain?: Record<string, string>;
  secret?: Record<string, string>;
  /** Settings that go back to their defaults. */
  absent?: string[];
}

/** Which program a stack is of. */
export interface TestProgram {
  /** Folder of its Pulumi.yaml within the checkout. Default: the checkout's own program. */
  folder?: string;
  /** Name of the stack, where two checkouts have one of the same. Default: one of its own. */
  name?: string;
}

const UP_TIMEOUT_MS = 240_000;
const FLAGS = ["--non-interactive", "--color", "never"];
const COUNTS = /^ +(\S+ ?\d+ [a-z ]+|\d+ unchanged)$/gm;

/** Name of the project in a folder of the checkout; names and labels of what it runs hold it. */
function projectIn(folder: string): string {
  const file = join(CHECKOUT, folder, "Pulumi.yaml");
  const [, name] = /^name: (\S+)$/m.exec(readFileSync(file, "utf8")) ?? [];
  if (name === undefined) throw new Error(`${file} names no project`);
  return name;
}

/** A stack of the program with a backend, a checkout and ports of its own. */
export class TestStack {
  readonly name: string;
  /** Label of everything that it has in Docker. */
  readonly label: string;
  /** What the names of its containers, networks and volumes begin with. */
  readonly prefix: string;
  readonly engineContainer: string;
  readonly postgresContainer: string;
  readonly volume: string;
  readonly directory = mkdtempSync(join(tmpdir(), "clerk-hasura-e2e-"));
  readonly checkout = join(this.directory, "checkout");
  readonly state = join(this.directory, "state");
  /** What Pulumi and the tools see beside the environment of a person. */
  readonly variables: NodeJS.ProcessEnv = {};
  port = 0;
  /** Where Pulumi is run. */
  readonly workdir: string;
  private readonly passphrase = randomBytes(24).toString("base64url");

  private constructor({ folder = "", name }: TestProgram) {
    const project = projectIn(folder);
    this.name = name ?? `e2e-${randomBytes(4).toString("hex")}`;
    this.workdir = join(this.checkout, folder);
    this.label = `dev.clerk-hasura.stack=${project}/${this.name}`;
    this.prefix = `${project}-${this.name}-`;
    this.engineContainer = `${this.prefix}backend-hasura`;
    this.postgresContainer = `${this.prefix}backend-postgres`;
    this.volume = `${this.prefix}backend-postgres-data`;
  }

  /** Makes the stack; nothing runs yet. */
  static async create(config: StackConfig = {}, program: TestProgram = {}): Promise<TestStack> {
    const stack = new TestStack(program);
    try {
      mkdirSync(stack.state, { recursive: true });
      makeCheckout(stack.checkout);
      await stack.demand(["stack", "init", stack.name, "--no-select"]);
      const own = program.folder === undefined ? await stack.ownSettings() : {};
      await stack.configure({ ...config, plain: { ...own, ...config.plain } });
      return stack;
    } catch (error) {
      await stack.cleanUp();
      throw error;
    }
  }

  /** Ports of its own, and that it may sign its own tokens, which no production stack may. */
  private async ownSettings(): Promise<Record<string, string>> {
    const [port = 0, postgresPort = 0] = await freePorts(2);
    this.port = port;
    return {
      "hasura.port": `${port}`,
      "postgres.port": `${postgresPort}`,
      preset: "development",
    };
  }

  /** Environment in which Pulumi and the tools see this stack's backend only. */
  get env(): NodeJS.ProcessEnv {
    return {
      ...personEnvironment(),
      ...this.variables,
      PULUMI_BACKEND_URL: pathToFileURL(this.state).href,
      PULUMI_CONFIG_PASSPHRASE: this.passphrase,
    };
  }

  /** Starts the launcher of the checkout. */
  start(args: string[], timeoutMs = 120_000, input = ""): RunningProcess {
    const launcher = join(this.checkout, "node_modules", ".bin", "pulumi");
    const own = args[0] === "stack" && args[1] === "init" ? [] : ["--stack", this.name];
    const options = { cwd: this.workdir, env: this.env, timeoutMs, input };
    return startProcess(launcher, [...args, ...own, ...FLAGS], options);
  }

  /** Runs Pulumi to its end, whatever comes of it. */
  pulumi(args: string[], timeoutMs?: number): Promise<Finished> {
    return this.start(args, timeoutMs).finished;
  }

  /** Runs Pulumi, which has to succeed; gives both streams. */
  async demand(args: string[], timeoutMs?: number): Promise<Finished> {
    const finished = await this.pulumi(args, timeoutMs);
    if (finished.code === 0) return finished;
    throw new Error(`pulumi ${args[0]} of ${this.name} failed:\n${finished.text}`);
  }

  up(...flags: string[]): Promise<Finished> {
    return this.demand(["up", "--yes", "--skip-preview", ...flags], UP_TIMEOUT_MS);
  }

  refresh(...flags: string[]): Promise<Finished> {
    return this.demand(["refresh", "--yes", "--skip-preview", ...flags], UP_TIMEOUT_MS);
  }

  preview(...flags: string[]): Promise<Finished> {
    return this.demand(["preview", ...flags]);
  }

  /** Starts one of the checkout's own commands, as `npm run` does. */
  startTool(...args: string[]): RunningProcess {
    const cli = join(this.checkout, "tools", "cli.mjs");
    const options = { cwd: this.checkout, env: this.env, timeoutMs: UP_TIMEOUT_MS };
    return startProcess(process.execPath, [cli, ...args, "--stack", this.name], options);
  }

  tool(...args: string[]): Promise<Finished> {
    return this.startTool(...args).finished;
  }

  async configure({ plain = {}, secret = {}, absent = [] }: StackConfig): Promise<void> {
    if (absent.length > 0) await this.demand(["config", "rm-all", "--path", ...absent]);
    const pairs = Object.entries(plain).flatMap(([key, value]) => [
      "--plaintext",
      `${key}=${value}`,
    ]);
    if (pairs.length > 0) await this.demand(["config", "set-all", "--path", ...pairs]);
    for (const [key, value] of Object.entries(secret)) {
      // Through standard input: a command line is for everyone to read.
      const set = ["config", "set", "--path", "--secret", key];
      const { code, text } = await this.start(set, 60_000, value).finished;
      if (code !== 0) throw new Error(`config set ${key} failed:\n${text}`);
    }
  }

  async outputs(): Promise<StackOutputs> {
    const { stdout } = await this.demand(["stack", "output", "--json", "--show-secrets"]);
    return JSON.parse(stdout) as StackOutputs;
  }

  /** A client of this stack's engine. */
  async client(): Promise<EngineClient> {
    const { adminSecret } = await this.outputs();
    return new EngineClient(this.port, adminSecret);
  }

  objects(): Promise<StackObjects> {
    return objectsOf(this.label);
  }

  /** Destroys the stack with its data, as somebody does who means it. */
  async destroyAll(): Promise<void> {
    await this.demand(["state", "unprotect", "--all", "--yes"]);
    await this.demand(["destroy", "--yes", "--skip-preview"], UP_TIMEOUT_MS);
  }

  /** Destroys the stack, protected or not, and removes what is left of it; never fails. */
  async cleanUp(): Promise<void> {
    try {
      await this.pulumi(["cancel", "--yes"], 30_000);
      await this.pulumi(["state", "unprotect", "--all", "--yes"], 30_000);
      await this.pulumi(["destroy", "--yes", "--skip-preview"], UP_TIMEOUT_MS);
    } finally {
      await removeLabelled(this.label);
      rmSync(this.directory, { recursive: true, force: true });
    }
  }
}

/** The lines of counts that Pulumi prints at the end of an update or a preview. */
export function countsOf({ stdout }: Finished): string[] {
  const block = stdout.slice(stdout.lastIndexOf("\nResources:"));
  return [...block.matchAll(COUNTS)].map(([line]) => line.trim());
}

/** Whether an update, a refresh or a preview says that nothing changed. */
export function changedNothing(finished: Finished): boolean {
  const counts = countsOf(finished);
  return counts.length > 0 && counts.every((line) => /^\d+ unchanged$/.test(line));
}
