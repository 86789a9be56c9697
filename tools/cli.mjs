import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import { COMMANDS, helpText, parseArguments, unknownCommand } from "./commands/arguments.mjs";
import { fileProblem } from "./setup/fileProblem.mjs";
import { makePrivate } from "./setup/files.mjs";
import { pathsOf } from "./setup/paths.mjs";
import { UserError } from "./setup/userError.mjs";

/**
 * The measurements read their own arguments.
 * @param {string[]} args
 * @returns {number} Exit code.
 */
function bench(args) {
  const main = join(pathsOf().root, "tools", "bench", "main.mjs");
  if (!existsSync(main)) throw new UserError("there are no measurements in this checkout yet");
  return spawnSync(process.execPath, [main, ...args], { stdio: "inherit" }).status ?? 1;
}

/**
 * @param {string} command
 * @param {import("./commands/arguments.mjs").Parsed} parsed
 * @returns {Promise<number | void>} Exit code, 0 where there is none.
 */
async function dispatch(command, parsed) {
  // Loaded only when asked for: `token` has to be fast.
  switch (command) {
    case "setup":
      return void (await (await import("./setup/setUp.mjs")).setUp(pathsOf()));
    case "up":
      return (await import("./commands/up.mjs")).up(parsed);
    case "down":
      return (await import("./commands/down.mjs")).down(parsed);
    case "token":
      return (await import("./commands/token.mjs")).token(parsed);
    case "doctor":
      return (await import("./commands/doctor.mjs")).doctor(parsed);
    case "recover":
      return (await import("./commands/recover.mjs")).recover(parsed);
    case "policy":
      return (await import("./commands/policy.mjs")).policy(parsed);
    case "test":
      return (await import("./commands/test.mjs")).test(parsed);
    default:
      throw unknownCommand(command);
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<number>} Exit code.
 */
async function main([command, ...args]) {
  if (command === undefined || command === "help" || command === "--help") {
    process.stdout.write(`${helpText()}\n`);
    return command === undefined ? 2 : 0;
  }
  if (command === "bench") return bench(args);
  if (command === "new-stack") {
    await (await import("./commands/newStack.mjs")).newStack(args);
    return 0;
  }
  if (!Object.hasOwn(COMMANDS, command)) throw unknownCommand(command);
  return (await dispatch(command, parseArguments(command, args))) ?? 0;
}

/**
 * Tells a problem in one line; what was not foreseen goes to a log with its stack trace.
 * @param {unknown} error
 * @returns {Promise<number>} Exit code.
 */
async function tell(error) {
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
    const problem = fileProblem(unwritten, root) ?? String(unwritten);
    process.stderr.write(`error: ${trace}\nerror: there is no log of it: ${problem}\n`);
  }
  return 1;
}

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  // Only where nobody else listens: exit handlers then give back locks and end children.
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

main(process.argv.slice(2))
  .catch(tell)
  .then((code) => process.exit(code));
