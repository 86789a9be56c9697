import { parseArgs } from "node:util";
import { UserError } from "../setup/userError.mjs";

/**
 * What a person says about a new stack.
 * @typedef {object} Answers
 * @property {string} [name]
 * @property {string} [preset]
 * @property {string} [publishableKey]
 * @property {string} [corsDomains]
 * @property {string} [clerkSecretKeyFile] File of Clerk's secret key: a key on the command line is seen by everybody.
 * @property {string} [backend]
 * @property {string} [secretsProvider]
 * @property {string} [port]
 * @property {string} [postgresPort]
 */

/** @type {Record<string, Exclude<keyof Answers, "name">>} */
const ANSWER_OF = {
  preset: "preset",
  "publishable-key": "publishableKey",
  "cors-domains": "corsDomains",
  "clerk-secret-key-file": "clerkSecretKeyFile",
  backend: "backend",
  "secrets-provider": "secretsProvider",
  port: "port",
  "postgres-port": "postgresPort",
};

const NEW_STACK_USAGE = `new-stack NAME ${Object.keys(ANSWER_OF)
  .map((flag) => `[--${flag} VALUE]`)
  .join(" ")} [--yes]`;

/**
 * @param {string} reason
 * @returns {UserError}
 */
const misuse = (reason) => new UserError(`${reason}; allowed: ${NEW_STACK_USAGE}`, 2);

/** @param {string[]} args */
function parsed(args) {
  const text = /** @type {const} */ ({ type: "string" });
  const flags = Object.fromEntries(Object.keys(ANSWER_OF).map((flag) => [flag, text]));
  const options = { ...flags, yes: /** @type {const} */ ({ type: "boolean" }) };
  try {
    return parseArgs({ args, options, allowPositionals: true, tokens: true });
  } catch (error) {
    // The first sentence says which flag; the others speak of programming.
    const reason = error instanceof Error ? error.message.split(/\n|\. /)[0] : String(error);
    throw misuse(`new-stack: ${reason}`);
  }
}

/**
 * Reads the arguments of `new-stack`.
 * @param {string[]} args
 * @returns {{ answers: Answers, yes: boolean }}
 * @throws {UserError} with exit code 2 for anything that the command does not take.
 */
export function readNewStackFlags(args) {
  const { values, positionals, tokens } = parsed(args);
  const names = tokens.filter((token) => token.kind === "option").map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw misuse(`new-stack: --${twice} is given twice`);
  if (positionals.length > 1) {
    throw misuse(`new-stack takes one name, not ${positionals.length}`);
  }
  /** @type {Answers} */
  const answers = {};
  for (const [flag, value] of Object.entries(values)) {
    const answer = ANSWER_OF[flag];
    if (answer === undefined) continue;
    if (typeof value !== "string" || value === "") throw misuse(`new-stack: --${flag} is empty`);
    answers[answer] = value;
  }
  if (positionals[0] !== undefined) answers.name = positionals[0];
  return { answers, yes: values.yes === true };
}
