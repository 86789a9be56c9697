import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { type Parsed, parseArguments } from "../commandLine";
import type { CommandSpec } from "../commandTable";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { checkSettings } from "./checkSettings";
import { checkDrift, endDrift, reportDrift } from "./drift";
import { annotation, meaningOf } from "./exitCode";
import { demandVariable, githubApi, githubThread, gitlabThread, postComment } from "./postComment";

const print = (line: string) => process.stdout.write(`${line}\n`);

/** Runs a command with its output shown, and kept where asked for. Code 127 where it cannot be started. */
function runShown(
  command: string,
  args: readonly string[],
  { keep = false } = {},
): Promise<{ code: number; text: string }> {
  return new Promise((resolve) => {
    const output = keep ? "pipe" : "inherit";
    const child = spawn(command, args, { stdio: ["ignore", output, output] });
    let text = "";
    const show = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      process.stdout.write(chunk);
    };
    child.stdout?.on("data", show);
    child.stderr?.on("data", show);
    child.on("error", (error) => {
      process.stderr.write(`${command} did not start: ${error.message}\n`);
      resolve({ code: 127, text });
    });
    child.on("close", (code) => resolve({ code: code ?? 1, text }));
  });
}

function runAddress(env: NodeJS.ProcessEnv): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  const github = server && repository && id ? `${server}/${repository}/actions/runs/${id}` : "";
  return github || env.CI_JOB_URL || "see the run";
}

function settings({ values: { stack = "" }, switches }: Parsed): number {
  const changes = switches.has("changes");
  const problems = checkSettings(process.env, { stack, changes });
  for (const problem of problems) print(annotation("error", problem, process.env));
  return problems.length === 0 ? 0 : 2;
}

async function explain({ values: { what }, rest }: Parsed): Promise<number> {
  const [command, ...args] = rest;
  if (command === undefined) throw new UserError("explain needs a command: -- COMMAND", 2);
  const { code } = await runShown(command, args);
  if (code !== 0) {
    print(annotation("error", `${what}: ${meaningOf(code).text} (exit code ${code})`, process.env));
  }
  return code;
}

async function comment({ values: { stack = "", file = "" } }: Parsed): Promise<number> {
  const failed = `## Preview of \`${stack}\`\n\nThe preview failed, so there is no report: ${runAddress(process.env)}\n`;
  const text = (await readFile(file, "utf8").catch(() => "")) || failed;
  const thread = process.env.GITLAB_CI ? gitlabThread(process.env) : githubThread(process.env);
  print(`comment of ${stack}: ${await postComment(thread, stack, text)}`);
  return 0;
}

async function drift({ values: { stack = "", file = "" } }: Parsed): Promise<number> {
  const { launcher } = pathsOf();
  const found = await checkDrift(stack, (args) => runShown(launcher, args, { keep: true }));
  await writeFile(file, found.text);
  if (process.env.GITHUB_OUTPUT) {
    appendFileSync(process.env.GITHUB_OUTPUT, `kind=${found.kind}\n`);
  }
  if (found.kind === "drift") {
    print(annotation("warning", `stack ${stack} differs from its program`, process.env));
  } else if (found.kind === "error") {
    const { text } = meaningOf(found.exitCode);
    print(annotation("error", `drift of ${stack} could not be checked: ${text}`, process.env));
  }
  return found.exitCode;
}

async function issue({ values: { stack = "", file = "", kind } }: Parsed): Promise<number> {
  const api = githubApi(process.env);
  if (kind === "clean") {
    print(`issue of ${stack}: ${await endDrift(api, stack)}`);
    return 0;
  }
  demandVariable(process.env, "GITHUB_RUN_ID", /^\d+$/);
  const text = await readFile(file, "utf8");
  const time = new Date().toISOString();
  const done = await reportDrift(api, { stack, text, run: runAddress(process.env), time });
  print(`issue of ${stack}: ${done}`);
  return 0;
}

const NEEDED = { kind: "text", required: true } as const;

interface Command extends CommandSpec {
  run: (parsed: Parsed) => number | Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  settings: {
    about: "check what the job is given",
    flags: { stack: NEEDED, changes: { kind: "switch" } },
    run: settings,
  },
  explain: {
    about: "run a command and explain its exit code",
    flags: { what: NEEDED },
    rest: true,
    run: explain,
  },
  comment: {
    about: "write the one comment of a stack",
    flags: { stack: NEEDED, file: NEEDED },
    run: comment,
  },
  drift: {
    about: "look for drift and write it to a file",
    flags: { stack: NEEDED, file: NEEDED },
    run: drift,
  },
  issue: {
    about: "open, update or close the issue of a drifted stack",
    flags: { stack: NEEDED, file: NEEDED, kind: { ...NEEDED, of: ["drift", "clean"] } },
    run: issue,
  },
};

async function main([name = "", ...args]: string[]): Promise<number> {
  const parsed = parseArguments(name, args, COMMANDS);
  return COMMANDS[name]?.run(parsed) ?? 2;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    print(annotation("error", reason, process.env));
    process.exit(error instanceof UserError ? error.exitCode : 1);
  },
);
