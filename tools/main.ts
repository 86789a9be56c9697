import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { helpText, type Parsed, parseArguments } from "./commandLine";
import { COMMANDS } from "./commandTable";
import { fileProblem, makePrivate } from "./setup/files";
import { pathsOf } from "./setup/paths";
import { UserError } from "./setup/userError.mjs";

/** Loads a module only when its command is asked for: `token` has to be fast. */
const load = <Module>(path: string): Module => require(path);

/** Returns the exit code where that is not 0. */
type Command = (parsed: Parsed) => Promise<unknown>;

const COMMAND: Readonly<Record<string, () => Command>> = {
  setup: () => () => load<typeof import("./setup/setUp")>("./setup/setUp").setUp(pathsOf()),
  up: () => load<typeof import("./commands/up")>("./commands/up").up,
  down: () => load<typeof import("./commands/down")>("./commands/down").down,
  token: () => load<typeof import("./commands/token")>("./commands/token").token,
  doctor: () => load<typeof import("./commands/doctor")>("./commands/doctor").doctor,
  codegen: () => load<typeof import("./commands/codegen")>("./commands/codegen").codegen,
  recover: () => load<typeof import("./commands/recover")>("./commands/recover").recover,
  policy: () => load<typeof import("./commands/policy")>("./commands/policy").policy,
  "new-stack": () => load<typeof import("./commands/newStack")>("./commands/newStack").newStack,
  test: () => load<typeof import("./commands/test")>("./commands/test").test,
  bench: () => load<typeof import("./bench/main")>("./bench/main").bench,
};

/** Runs one command. Returns the exit code; errors are printed. */
export async function main([command, ...args]: readonly string[]): Promise<number> {
  try {
    if (command === undefined || command === "help" || command === "--help") {
      process.stdout.write(`${helpText()}\n`);
      return command === undefined ? 2 : 0;
    }
    if (args.includes("--help") && Object.hasOwn(COMMANDS, command)) {
      process.stdout.write(`${helpText(command)}\n`);
      return 0;
    }
    const parsed = parseArguments(command, args);
    const run = COMMAND[command]?.();
    if (run === undefined)
      throw new UserError(`${command} is a script of its own: npm run ${command}`, 2);
    const code = await run(parsed);
    return typeof code === "number" ? code : 0;
  } catch (error) {
    return printError(error);
  }
}

/** Prints an error in one line; the stack trace of an unexpected one goes to a log. */
async function printError(error: unknown): Promise<number> {
  if (error instanceof UserError) {
    process.stderr.write(`error: ${error.message}\n`);
    return error.exitCode;
  }
  const { local, root } = pathsOf();
  const problem = fileProblem(error, root);
  if (problem !== undefined) {
    process.stderr.write(`error: ${problem}\n`);
    return 1;
  }
  const log = join(local, "error.log");
  const trace = error instanceof Error ? error.stack : String(error);
  const reason = error instanceof Error ? error.message : String(error);
  try {
    await makePrivate(local);
    await appendFile(log, `${new Date().toISOString()} ${trace}\n`, { mode: 0o600 });
    process.stderr.write(`error: ${reason}; full log: ${log}\n`);
  } catch (unwritten) {
    const why = fileProblem(unwritten, root) ?? String(unwritten);
    process.stderr.write(`error: ${trace}\nerror: there is no log of it: ${why}\n`);
  }
  return 1;
}
