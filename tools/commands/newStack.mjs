import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../setup/context.mjs";
import { readIfPresent } from "../setup/files.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { UserError } from "../setup/userError.mjs";
import { newStackFailure } from "./newStackFailure.mjs";
import { readNewStackFlags } from "./newStackFlags.mjs";
import { askMissing, askOnTerminal } from "./newStackQuestions.mjs";
import { newStackProblems, presetOf, secretKeyProblem, stackNameOf } from "./newStackRules.mjs";
import { readParts } from "./pulumi.mjs";

/** @typedef {import("./newStackFlags.mjs").Answers} Answers */

/**
 * @typedef {object} Surroundings
 * @property {string} root Directory of the project.
 * @property {NodeJS.ProcessEnv} env
 * @property {string | undefined} ownBackend The checkout's own backend, `undefined` where a login is used.
 * @property {((question: string) => Promise<string>) | undefined} ask `undefined` where nobody can answer.
 * @property {(args: string[], options: { env: NodeJS.ProcessEnv, input?: string }) => Promise<string>} pulumi
 * @property {(text: string) => void} say
 */

/**
 * Values of the stack's configuration by path; none of them is secret.
 * @param {Answers} answers
 * @returns {[string, string][]}
 */
function configurationOf(answers) {
  const { publishableKey, corsDomains, port, postgresPort } = answers;
  const preset = presetOf(answers);
  const listed = corsDomains?.trim() === "[]" ? [] : corsDomains?.split(",");
  /** @type {[string, string | undefined][]} */
  const origins =
    listed?.length === 0
      ? [["hasura.corsDomains", "[]"]]
      : (listed ?? []).map((origin, at) => [`hasura.corsDomains[${at}]`, origin.trim()]);
  /** @type {[string, string | undefined][]} */
  const all = [
    // A staging stack that differs from production in more than its data proves nothing.
    ["preset", preset === "staging" ? "production" : preset],
    ["identity.publishableKey", publishableKey],
    ...origins,
    ["hasura.port", port],
    ["postgres.port", postgresPort],
    ["postgres.protectData", preset === "development" ? undefined : "true"],
  ];
  return all.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]));
}

/**
 * @param {Answers} answers
 * @returns {Promise<string | undefined>}
 */
async function secretKeyOf(answers) {
  const { clerkSecretKeyFile: file } = answers;
  if (file === undefined) return undefined;
  const text = await readIfPresent(file).catch(() => undefined);
  if (text === undefined) {
    throw new UserError("--clerk-secret-key-file cannot be read; give the path of a file", 2);
  }
  const key = text.trim();
  const problem = secretKeyProblem(key, presetOf(answers));
  if (problem !== undefined) throw new UserError(problem, 2);
  return key;
}

/**
 * Makes the stack and its settings, or neither.
 * @param {Answers} answers
 * @param {string | undefined} secretKey
 * @param {Surroundings} around
 */
async function make(answers, secretKey, around) {
  const { name = "", backend, secretsProvider } = answers;
  const env = { ...around.env, ...(backend === undefined ? {} : { PULUMI_BACKEND_URL: backend }) };
  const provider = secretsProvider === undefined ? [] : ["--secrets-provider", secretsProvider];
  await around.pulumi(["whoami"], { env });
  await around.pulumi(["stack", "init", name, "--no-select", ...provider], { env });
  try {
    for (const [key, value] of configurationOf(answers)) {
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

/** @param {Answers} answers */
function closingText({ name = "", backend }) {
  const lines = [
    `Stack ${name} is made; its settings are in Pulumi.${stackNameOf(name)}.yaml.`,
    "",
    ...(backend === undefined ? [] : [`  in each shell  export PULUMI_BACKEND_URL='${backend}'`]),
    `  look first     npx pulumi preview --stack ${name}`,
    `  bring it up    npm run up -- --stack ${name}`,
    "",
  ];
  return lines.join("\n");
}

/** @returns {Promise<Surroundings>} */
async function realSurroundings() {
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

/**
 * Makes a stack with its settings; what the flags leave open is asked where a person can answer.
 * @param {string[]} args
 * @param {Surroundings} [surroundings]
 * @throws {UserError} with exit code 2 for wrong answers, before anything is made.
 */
export async function newStack(args, surroundings) {
  const flags = readNewStackFlags(args);
  const around = surroundings ?? (await realSurroundings());
  const needsBackend = !around.env.PULUMI_BACKEND_URL && around.ownBackend !== undefined;
  const ask = flags.yes ? undefined : around.ask;
  const answers = ask ? await askMissing(flags.answers, ask, needsBackend) : flags.answers;
  const exists = (/** @type {string} */ file) => existsSync(join(around.root, file));
  const { env, ownBackend } = around;
  const problems = newStackProblems(answers, { env, ownBackend, exists });
  if (problems.length > 0) throw new UserError(problems.join("\nerror: "), 2);
  const secretKey = await secretKeyOf(answers);
  try {
    await make(answers, secretKey, around);
  } catch (error) {
    throw newStackFailure(error, answers.name ?? "");
  }
  around.say(closingText(answers));
}
