import { parseArgs } from "node:util";
import { COMMANDS, type CommandSpec, type Flag } from "./commandTable";
import { UserError } from "./setup/userError.mjs";

export interface Parsed {
  /** Values by flag. */
  values: Record<string, string>;
  /** Switches that were given. */
  switches: Set<string>;
  word?: string;
  rest: string[];
}

/** Whether a text can be a stack's name; a leading dash would make it a flag of Pulumi. */
const isStackName = (text: string) => /^[A-Za-z0-9_.][A-Za-z0-9_./-]*$/.test(text);

/** Returns the command line of an npm script for a stack; `dev` is the default and not named. */
export function npmRun(script: string, stack: string, ...flags: string[]): string {
  const all = [...flags, ...(stack === "dev" ? [] : [`--stack ${stack}`])];
  return [`npm run ${script}`, ...(all.length > 0 ? ["--", ...all] : [])].join(" ");
}

/**
 * Reads the arguments of one command.
 * @throws UserError with exit code 2 for anything that the command does not take.
 */
export function parseArguments(
  command: string,
  args: readonly string[],
  commands: Readonly<Record<string, CommandSpec>> = COMMANDS,
): Parsed {
  const spec = Object.hasOwn(commands, command) ? commands[command] : undefined;
  if (spec === undefined) throw unknownCommand(command, commands);
  const parsed: Parsed = { values: {}, switches: new Set(), rest: [] };
  let ended = false;
  for (const token of tokensOf(spec, args)) {
    const given = args[token.index] ?? "";
    if (token.kind === "option-terminator") ended = true;
    else if (token.kind === "option") addFlag(parsed, command, spec, { ...token, given });
    else if (ended && spec.rest) parsed.rest.push(token.value);
    else if (parsed.word === undefined && takesWord(spec, token.value)) parsed.word = token.value;
    else throw notTaken(command, spec, token.value);
  }
  for (const [flag, { default: value, required }] of Object.entries(spec.flags)) {
    if (value !== undefined) parsed.values[flag] ??= value;
    if (required && parsed.values[flag] === undefined) {
      throw new UserError(`${command} needs --${flag} VALUE`, 2);
    }
  }
  return parsed;
}

function tokensOf({ flags }: CommandSpec, args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([flag, { kind }]) => {
      const type = kind === "switch" ? ("boolean" as const) : ("string" as const);
      return [flag, { type }];
    }),
  );
  // Not strict: the errors of parseArgs repeat values, which may be secret.
  const lenient = { strict: false, allowPositionals: true, tokens: true } as const;
  return parseArgs({ args: [...args], options, ...lenient }).tokens;
}

const takesWord = ({ word }: CommandSpec, given: string) =>
  typeof word === "string" || word?.includes(given) === true;

interface GivenFlag {
  name: string;
  rawName: string;
  value?: string | undefined;
  /** The whole argument. */
  given: string;
}

function addFlag(parsed: Parsed, command: string, spec: CommandSpec, option: GivenFlag): void {
  const { name, rawName, value, given } = option;
  const flag = Object.hasOwn(spec.flags, name) ? spec.flags[name] : undefined;
  if (flag === undefined || rawName !== `--${name}`) {
    throw notTaken(command, spec, rawName.startsWith("--") ? rawName : given);
  }
  if (parsed.switches.has(name) || parsed.values[name] !== undefined) {
    throw new UserError(`--${name} is given twice; give it once`, 2);
  }
  if (flag.kind !== "switch") parsed.values[name] = checkedValue(name, flag, value);
  else if (value === undefined) parsed.switches.add(name);
  else throw new UserError(`--${name} takes no value`, 2);
}

function checkedValue(name: string, flag: Flag, value: string | undefined): string {
  if (value === undefined || value === "" || value.startsWith("--")) {
    throw new UserError(`--${name} needs a value: --${name} VALUE`, 2);
  }
  if (name === "token" && value !== "-") {
    // npm writes every command line into its logs.
    throw new UserError(
      "--token takes only -: a token on the command line stays in npm's logs and in the shell's history, so let this one expire; pipe one in with --token -, or give a file with --token-file FILE",
      2,
    );
  }
  const allowed = allowedValues(name, flag, value);
  if (allowed === undefined) return value;
  throw new UserError(`--${name} is ${shown(value)}; allowed: ${allowed}`, 2);
}

/** Returns what the flag takes instead; undefined if the value is right. */
function allowedValues(name: string, { of, range }: Flag, value: string): string | undefined {
  if (name === "stack" && !isStackName(value)) return 'letters, digits, "-", "_" and "."';
  if (of !== undefined && !of.includes(value)) return of.join(", ");
  if (range === undefined) return undefined;
  const { of: unit, min, max } = range;
  if (/^\d{1,12}$/.test(value) && Number(value) >= min && Number(value) <= max) return undefined;
  return `a whole number${unit ? ` of ${unit}` : ""} from ${min} to ${max}`;
}

function notTaken(command: string, spec: CommandSpec, given: string): UserError {
  return new UserError(
    `${command} does not take ${shown(given)}; allowed: ${allowedFor(spec).join(", ") || "nothing"}`,
    2,
  );
}

function allowedFor({ word = [], flags, rest }: CommandSpec): string[] {
  const names = Object.keys(flags).map((name) => `--${name}`);
  return [...(typeof word === "string" ? [word] : word), ...names, ...(rest ? ["-- COMMAND"] : [])];
}

/** Quotes what was typed, unless it may be a token or a key in the wrong place. */
function shown(text: string): string {
  const mayBeSecret = /eyJ|[ps]k_(?:test|live)_|-----BEGIN/.test(text) || text.length > 40;
  return mayBeSecret ? `(${text.length} characters, not shown)` : JSON.stringify(text);
}

function unknownCommand(command: string, commands: Readonly<Record<string, CommandSpec>>) {
  const known = Object.keys(commands).join(", ");
  return new UserError(`unknown command ${shown(command)}; allowed: ${known}`, 2);
}

/** Returns one line for each command, or the flags of one. */
export function helpText(command?: string): string {
  const spec = command === undefined ? undefined : COMMANDS[command];
  if (command !== undefined && spec !== undefined) return usageOf(command, spec);
  const lines = Object.entries(COMMANDS).map(
    ([name, { about }]) => `  ${name.padEnd(15)} ${about}`,
  );
  return ["npm run COMMAND [-- FLAGS]; the flags of one: npm run COMMAND -- --help", ...lines].join(
    "\n",
  );
}

function usageOf(command: string, { about, word, flags }: CommandSpec): string {
  const given = typeof word === "string" ? word : word?.join(" | ");
  const lines = Object.entries(flags).map(([name, { kind, required, default: value }]) => {
    const note = required ? " (required)" : value === undefined ? "" : ` (default: ${value})`;
    return `  --${name}${kind === "switch" ? "" : ` VALUE${note}`}`;
  });
  return [`npm run ${command}${given ? ` -- ${given}` : ""}: ${about}`, ...lines].join("\n");
}
