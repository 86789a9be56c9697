import { appendFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { isStackName } from "../commandLine";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { checkDrift } from "./checkDrift.mjs";
import { checkSettings } from "./checkSettings.mjs";
import { endDrift, reportDrift } from "./driftIssue.mjs";
import { annotation, meaningOf } from "./exitCode.mjs";
import { postComment } from "./postComment.mjs";
import { runShown } from "./runShown.mjs";
import { demandVariable, githubApi, githubThread, gitlabThread } from "./thread.mjs";

const USAGE =
  "settings --stack X [--changes] | explain --what TEXT -- COMMAND | comment --stack X --file F | drift --stack X --file F | issue --stack X --file F --kind drift|clean";

/** @typedef {{ stack: string, file: string, what: string, kind: string, changes: boolean, rest: string[] }} Options */

/**
 * @param {string[]} args
 * @returns {Options}
 */
function optionsOf(args) {
  const text = /** @type {const} */ ({ type: "string", default: "" });
  const options = {
    stack: text,
    file: text,
    what: text,
    kind: text,
    changes: /** @type {const} */ ({ type: "boolean", default: false }),
  };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    return { ...values, rest: positionals };
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : "";
    throw new UserError(`${reason}; allowed: ${USAGE}`, 2);
  }
}

/**
 * @param {Options} options
 * @param {(keyof Options)[]} names
 */
function demand(options, names) {
  for (const name of names) {
    if (options[name] === "") throw new UserError(`--${name} is missing; allowed: ${USAGE}`, 2);
  }
  if (options.stack !== "" && !isStackName(options.stack)) {
    throw new UserError("--stack is no stack name; allowed: letters, digits, -, _, . and /", 2);
  }
}

/** @param {string} line */
const tell = (line) => process.stdout.write(`${line}\n`);

/** @param {NodeJS.ProcessEnv} env */
function runAddress(env) {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  const github = server && repository && id ? `${server}/${repository}/actions/runs/${id}` : "";
  return github || env.CI_JOB_URL || "see the run";
}

/** @param {Options} options */
function settings({ stack, changes }) {
  const problems = checkSettings(process.env, { stack, changes });
  for (const problem of problems) tell(annotation("error", problem, process.env));
  return problems.length === 0 ? 0 : 2;
}

/** @param {Options} options */
async function explain({ what, rest }) {
  const [command, ...args] = rest;
  if (command === undefined) throw new UserError(`explain needs a command; allowed: ${USAGE}`, 2);
  const { code } = await runShown(command, args);
  if (code !== 0) {
    tell(annotation("error", `${what}: ${meaningOf(code).text} (exit code ${code})`, process.env));
  }
  return code;
}

/** @param {Options} options */
async function comment({ stack, file }) {
  const failed = `## Preview of \`${stack}\`\n\nThe preview failed, so there is no report: ${runAddress(process.env)}\n`;
  const text = (await readFile(file, "utf8").catch(() => "")) || failed;
  const thread = process.env.GITLAB_CI ? gitlabThread(process.env) : githubThread(process.env);
  tell(`comment of ${stack}: ${await postComment(thread, stack, text)}`);
  return 0;
}

/** @param {Options} options */
async function drift({ stack, file }) {
  const { launcher } = pathsOf();
  const found = await checkDrift(stack, (args) => runShown(launcher, args, { keep: true }));
  await writeFile(file, found.text);
  if (process.env.GITHUB_OUTPUT) {
    appendFileSync(process.env.GITHUB_OUTPUT, `kind=${found.kind}\n`);
  }
  if (found.kind === "drift") {
    tell(annotation("warning", `stack ${stack} is not what its program says`, process.env));
  } else if (found.kind === "error") {
    const { text } = meaningOf(found.exitCode);
    tell(annotation("error", `drift of ${stack} could not be checked: ${text}`, process.env));
  }
  return found.exitCode;
}

/** @param {Options} options */
async function issue({ stack, file, kind }) {
  const api = githubApi(process.env);
  if (kind === "clean") {
    tell(`issue of ${stack}: ${await endDrift(api, stack)}`);
    return 0;
  }
  if (kind !== "drift") throw new UserError("--kind is wrong; allowed: drift, clean", 2);
  demandVariable(process.env, "GITHUB_RUN_ID", /^\d+$/);
  const text = await readFile(file, "utf8");
  const time = new Date().toISOString();
  const done = await reportDrift(api, { stack, text, run: runAddress(process.env), time });
  tell(`issue of ${stack}: ${done}`);
  return 0;
}

/** @type {Record<string, { needs: (keyof Options)[], run: (options: Options) => number | Promise<number> }>} */
const COMMANDS = {
  settings: { needs: ["stack"], run: settings },
  explain: { needs: ["what"], run: explain },
  comment: { needs: ["stack", "file"], run: comment },
  drift: { needs: ["stack", "file"], run: drift },
  issue: { needs: ["stack", "file", "kind"], run: issue },
};

/** @param {string[]} args */
async function main([name = "", ...args]) {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    throw new UserError(`unknown command ${JSON.stringify(name)}; allowed: ${USAGE}`, 2);
  }
  const options = optionsOf(args);
  demand(options, command.needs);
  return command.run(options);
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error) => {
    const known = error instanceof UserError;
    const reason = error instanceof Error ? error.message : String(error);
    process.stdout.write(`${annotation("error", reason, process.env)}\n`);
    process.exit(known ? error.exitCode : 1);
  },
);
