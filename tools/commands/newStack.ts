import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed } from "../commandLine";
import { withoutSecrets } from "../setup/backend";
import { CommandFailed, runCommand } from "../setup/context";
import { readIfPresent } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { askMissing, askOnTerminal } from "./newStackQuestions";
import {
  type Answers,
  answersOf,
  newStackProblems,
  settingPaths,
  stackNameOf,
} from "./newStackRules";
import { firstError, readParts } from "./pulumi";

export interface Surroundings {
  /** The checkout. */
  root: string;
  env: NodeJS.ProcessEnv;
  /** The checkout's own backend; undefined with a login. */
  ownBackend: string | undefined;
  /** Undefined without a terminal. */
  ask: ((question: string) => Promise<string>) | undefined;
  pulumi: (args: string[], options: { env: NodeJS.ProcessEnv; input?: string }) => Promise<string>;
  say: (text: string) => void;
}

/**
 * Creates a stack with its settings; prompts for what is not given as a flag.
 * @throws UserError with exit code 2 for wrong values, before anything is created.
 */
export async function newStack(parsed: Parsed, surroundings?: Surroundings): Promise<void> {
  const around = surroundings ?? (await realSurroundings());
  const { env, ownBackend, root } = around;
  const needsBackend = !env.PULUMI_BACKEND_URL && ownBackend !== undefined;
  const flags = answersOf(parsed);
  const ask = parsed.switches.has("yes") ? undefined : around.ask;
  const answers = ask ? await askMissing(flags, ask, needsBackend) : flags;
  const exists = (file: string) => existsSync(join(root, file));
  const secretKey = await secretKeyOf(answers);
  const problems = newStackProblems(answers, { env, ownBackend, exists }, secretKey);
  if (problems.length > 0) throw new UserError(problems.join("\nerror: "), 2);
  try {
    await make(answers, secretKey, around);
  } catch (error) {
    throw failureOf(error, answers.name ?? "");
  }
  around.say(closingText(answers));
}

async function realSurroundings(): Promise<Surroundings> {
  const paths = pathsOf();
  const parts = await readParts(paths).catch(() => {
    throw new UserError("this checkout is not set up yet; run `npm run setup` first");
  });
  return {
    root: paths.root,
    env: process.env,
    ownBackend: parts.env.PULUMI_BACKEND_URL,
    ask: process.stdin.isTTY ? askOnTerminal : undefined,
    pulumi: (args, options) =>
      runCommand(paths.launcher, [...args, "--non-interactive", "--color", "never"], {
        cwd: paths.root,
        ...options,
      }),
    say: (text) => process.stdout.write(text),
  };
}

async function secretKeyOf(answers: Answers): Promise<string | undefined> {
  const { clerkSecretKeyFile: file } = answers;
  if (file === undefined) return undefined;
  const text = await readIfPresent(file).catch(() => undefined);
  if (text === undefined) {
    throw new UserError("--clerk-secret-key-file cannot be read; give the path of a file", 2);
  }
  return text.trim();
}

/** Creates the stack and its settings, or neither. */
async function make(answers: Answers, secretKey: string | undefined, around: Surroundings) {
  const { name = "", backend, secretsProvider } = answers;
  const env = { ...around.env, ...(backend === undefined ? {} : { PULUMI_BACKEND_URL: backend }) };
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  await around.pulumi(["whoami"], { env });
  await around.pulumi(["stack", "init", name, "--no-select", ...provider], { env });
  try {
    for (const [key, value] of settingPaths(answers)) {
      await around.pulumi(["config", "set", "--path", key, value, "--stack", name], { env });
    }
    if (secretKey === undefined) return;
    const set = ["config", "set", "--path", "--secret", "template.secretKey", "--stack", name];
    await around.pulumi(set, { env, input: secretKey });
  } catch (error) {
    await around.pulumi(["stack", "rm", name, "--yes"], { env }).catch(() => {});
    await rm(join(around.root, `Pulumi.${stackNameOf(name)}.yaml`), { force: true });
    throw error;
  }
}

function closingText({ name = "", backend }: Answers): string {
  const lines = [
    `Stack ${name} is created; its settings are in Pulumi.${stackNameOf(name)}.yaml.`,
    "",
    ...(backend === undefined ? [] : [`  in each shell  export PULUMI_BACKEND_URL='${backend}'`]),
    `  preview it     npx pulumi preview --stack ${name}`,
    `  bring it up    npm run up -- --stack ${name}`,
    "",
  ];
  return lines.join("\n");
}

const REMEDIES: readonly [RegExp, string][] = [
  [/already exists/i, "choose another name, or remove that stack with npx pulumi stack rm"],
  [
    /ACCESS_TOKEN must be set|invalid access token|\b(?:status|code|error)\W{0,3}401\b|unauthorized|not logged in|login has expired/i,
    "the login of the backend is missing or expired: log in again with npx pulumi login, or set PULUMI_ACCESS_TOKEN",
  ],
  [
    /state directory|bucket|connection refused|no such host|i\/o timeout|certificate/i,
    "the backend cannot be reached: check its URL and your access to it",
  ],
  [
    /incorrect passphrase|passphrase must be set/i,
    "set PULUMI_CONFIG_PASSPHRASE_FILE to the right file",
  ],
  [
    /secrets manager|kms|key vault|credentials/i,
    "check --secrets-provider and your access to its key",
  ],
];

/** Returns one line on why the stack could not be created. */
function failureOf(error: unknown, stack: string): UserError {
  const text = error instanceof CommandFailed ? error.stderr : String(error);
  const told = firstError(text).split("\n")[0] ?? "";
  const shown = told.replace(/\b[a-z][a-z0-9+.-]*:\/\/[^\s"']+/gi, (url) => withoutSecrets(url));
  const [, remedy = "correct the errors above, then run the command again"] =
    REMEDIES.find(([pattern]) => pattern.test(text)) ?? [];
  return new UserError(`stack ${stack} was not created: ${shown.replace(/[.;]$/, "")}; ${remedy}`);
}
