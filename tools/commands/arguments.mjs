import { UserError } from "../setup/userError.mjs";
import { isStackName } from "./stackName.mjs";

/**
 * @typedef {object} Flag
 * @property {"text" | "switch" | "seconds"} kind
 * @property {string} [value] Value where the flag is not given.
 * @property {boolean} [required]
 */

/**
 * @typedef {object} CommandSpec
 * @property {string} about What the command does, in one line.
 * @property {Record<string, Flag>} flags
 * @property {string[]} [words] Allowed values of the one argument without a flag.
 */

/** @type {Flag} */
const STACK = { kind: "text", value: "dev" };

/** @type {Record<string, CommandSpec>} */
export const COMMANDS = {
  setup: { about: "find or install everything that is needed", flags: {} },
  up: {
    about: "set up, then bring the stack up",
    flags: { stack: STACK, "no-doctor": { kind: "switch" } },
  },
  down: {
    about: "stop the stack; data is kept unless --delete-data is given",
    flags: { stack: STACK, "delete-data": { kind: "switch" } },
  },
  token: {
    about: "print a token shaped like Clerk's",
    flags: {
      stack: STACK,
      user: { kind: "text", required: true },
      role: { kind: "text" },
      org: { kind: "text" },
      ttl: { kind: "seconds", value: "60" },
      "private-key": { kind: "text" },
    },
  },
  doctor: {
    about: "tell whether the running stack does what it should",
    flags: {
      stack: STACK,
      token: { kind: "text" },
      "token-file": { kind: "text" },
      user: { kind: "text" },
      template: { kind: "text" },
      json: { kind: "switch" },
      strict: { kind: "switch" },
    },
  },
  recover: {
    about: "mend a stack whose update was killed, then bring it up",
    flags: { stack: STACK, force: { kind: "switch" } },
  },
  policy: { about: "judge a stack by the policy pack; changes nothing", flags: { stack: STACK } },
  test: { about: "run all tests, or one kind", flags: {}, words: ["unit", "e2e"] },
};

/**
 * @typedef {object} Parsed
 * @property {Record<string, string>} values Texts and seconds, by flag.
 * @property {Set<string>} switches Switches that were given.
 * @property {string | undefined} word
 */

/** @param {CommandSpec} spec */
const allowedFlags = (spec) =>
  Object.keys(spec.flags)
    .map((name) => `--${name}`)
    .join(", ") || "none";

/**
 * @param {string} flag
 * @param {Flag} rule
 * @param {string | undefined} value
 */
function checkedValue(flag, rule, value) {
  if (value === undefined || value === "" || value.startsWith("--")) {
    throw new UserError(`--${flag} needs a value: --${flag} VALUE`, 2);
  }
  if (rule.kind === "seconds" && !/^[1-9]\d{0,8}$/.test(value)) {
    throw new UserError(`--${flag} is ${shown(value)}; it takes whole seconds, 1 or more`, 2);
  }
  if (flag === "stack" && !isStackName(value)) {
    throw new UserError(
      `--stack is ${shown(value)}; a stack name has letters, digits, "-", "_" and "." only`,
      2,
    );
  }
  if (flag === "token" && value !== "-") {
    // npm writes every command line into its logs.
    throw new UserError(
      "--token takes - alone: a token on a command line stays in npm's logs and in the shell's history, so let this one expire; pipe one in with --token -, or name a file that holds one with --token-file FILE",
      2,
    );
  }
  return value;
}

/**
 * Reads the arguments of one command.
 * @param {string} command
 * @param {string[]} args
 * @returns {Parsed}
 * @throws {UserError} with exit code 2 for anything that the command does not take.
 */
export function parseArguments(command, args) {
  const spec = COMMANDS[command];
  if (!spec) throw unknownCommand(command);
  /** @type {Parsed} */
  const parsed = { values: {}, switches: new Set(), word: undefined };
  const rest = [...args];
  for (let next = rest.shift(); next !== undefined; next = rest.shift()) {
    if (!next.startsWith("--")) {
      parsed.word = checkedWord(command, spec, next, parsed.word);
      continue;
    }
    const [flag = "", inline] = splitOnce(next.slice(2));
    const rule = Object.hasOwn(spec.flags, flag) ? spec.flags[flag] : undefined;
    if (!rule)
      throw new UserError(`${command} knows no --${flag}; allowed: ${allowedFlags(spec)}`, 2);
    if (rule.kind === "switch") {
      if (inline !== undefined) throw new UserError(`--${flag} takes no value`, 2);
      parsed.switches.add(flag);
    } else parsed.values[flag] = checkedValue(flag, rule, inline ?? rest.shift());
  }
  for (const [flag, rule] of Object.entries(spec.flags)) {
    if (rule.value !== undefined) parsed.values[flag] ??= rule.value;
    if (rule.required && parsed.values[flag] === undefined) {
      throw new UserError(`${command} needs --${flag} VALUE`, 2);
    }
  }
  return parsed;
}

/**
 * Quotes what was typed, unless it may be a token or a key that was pasted into the wrong place.
 * @param {string} text
 */
function shown(text) {
  const mayBeSecret = /eyJ|[ps]k_(?:test|live)_|-----BEGIN/.test(text) || text.length > 40;
  return mayBeSecret ? `(${text.length} characters, not shown)` : JSON.stringify(text);
}

/** @param {string} text */
function splitOnce(text) {
  const at = text.indexOf("=");
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/**
 * @param {string} command
 * @param {CommandSpec} spec
 * @param {string} word
 * @param {string | undefined} before
 */
function checkedWord(command, spec, word, before) {
  if (before === undefined && spec.words?.includes(word)) return word;
  const allowed = spec.words ? `allowed: ${spec.words.join(", ")}` : "it takes flags only";
  throw new UserError(`${command} does not take ${shown(word)}; ${allowed}`, 2);
}

/** @param {string} command */
export function unknownCommand(command) {
  const known = [...Object.keys(COMMANDS), "new-stack", "bench"].join(", ");
  return new UserError(`unknown command ${shown(command)}; allowed: ${known}`, 2);
}

/** @returns {string} The list of commands, for `help`. */
export function helpText() {
  const lines = Object.entries(COMMANDS).map(
    ([name, spec]) => `  ${name.padEnd(8)} ${spec.about} (flags: ${allowedFlags(spec)})`,
  );
  const other =
    "  new-stack NAME makes a stack and its settings, asking for what its flags leave open";
  return ["npm run <command> [-- flags]", ...lines, other].join("\n");
}
