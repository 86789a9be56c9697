import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { runtimeOptions } from "./runtimeOptions";

/** What the engine asks to be run. */
export interface ProgramRun {
  monitor: string;
  engine: string;
  organization: string;
  project: string;
  stack: string;
  /** Working folder of the program. */
  pwd: string;
  /** Folder of Pulumi.yaml. */
  root: string;
  programDirectory: string;
  /** File or `.`, relative to `programDirectory`. */
  entryPoint: string;
  parallel: number;
  dryRun: boolean;
  tracing: string;
  config: Record<string, string>;
  secretKeys: string[];
  options: Record<string, unknown>;
  args: string[];
}

/** How a run ended; `bail` means that the user has been told everything already. */
export interface ProgramResult {
  error: string;
  bail: boolean;
}

// The runner exits with this after it has logged the user's mistake itself (cmd/run/index.js).
const loggedExitCode = 32;

function locateRunner(programDirectory: string): string {
  try {
    return createRequire(join(programDirectory, "program.js")).resolve("@pulumi/pulumi/cmd/run");
  } catch {
    throw new Error(
      "It looks like the Pulumi SDK has not been installed. Have you run pulumi install?",
    );
  }
}

/** The runner's arguments; empty values are left out, as in the published host. */
export function runnerArguments(run: ProgramRun): string[] {
  const flags: [string, string][] = [
    ["monitor", run.monitor],
    ["engine", run.engine],
    ["organization", run.organization],
    ["project", run.project],
    ["root-directory", run.root],
    ["stack", run.stack],
    ["pwd", run.pwd],
    ["parallel", String(run.parallel)],
    ["tracing", run.tracing],
  ];
  const given = flags.filter(([, value]) => value !== "").flatMap(([k, v]) => [`--${k}`, v]);
  if (run.dryRun) given.push("--dry-run");
  return [...given, run.entryPoint || ".", ...run.args];
}

function startProgram(run: ProgramRun): ChildProcess {
  const options = runtimeOptions(run.options);
  const runner = locateRunner(run.programDirectory);
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(run.config),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.secretKeys),
  };
  if (options.typescript) env.PULUMI_NODEJS_TYPESCRIPT = "true";
  if (options.tsconfig) env.PULUMI_NODEJS_TSCONFIG_PATH = options.tsconfig;
  return spawn(process.execPath, [...options.nodeArgs, runner, ...runnerArguments(run)], {
    cwd: run.pwd,
    env,
    // The engine shows what this host writes, so the program's output goes there unchanged.
    stdio: ["ignore", "inherit", "inherit"],
  });
}

/** Turns the end of the runner into the answer the engine expects. */
export function programResult(code: number | null, signal: NodeJS.Signals | null): ProgramResult {
  if (code === 0) return { error: "", bail: false };
  if (code === loggedExitCode) return { error: "", bail: true };
  if (code === null) return { error: `Program exited unexpectedly: ${signal}`, bail: false };
  return { error: `Program exited with non-zero exit code: ${code}`, bail: false };
}

/** Starts programs with the runner of their own SDK and ends them when the engine cancels. */
export class ProgramRunner {
  private readonly running = new Set<ChildProcess>();

  /** Runs a program to its end. */
  run(run: ProgramRun): Promise<ProgramResult> {
    const child = startProgram(run);
    this.running.add(child);
    return new Promise((resolve, reject) => {
      child.once("error", (error) => {
        this.running.delete(child);
        reject(new Error(`Problem executing program (could not run language executor): ${error}`));
      });
      child.once("exit", (code, signal) => {
        this.running.delete(child);
        resolve(programResult(code, signal));
      });
    });
  }

  /** Ends every running program. */
  cancel(): void {
    for (const child of this.running) child.kill("SIGTERM");
  }
}
