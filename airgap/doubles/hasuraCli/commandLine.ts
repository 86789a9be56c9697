/** An end with exit code 1 and this text as the last, plain line. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** The failure for whatever the double leaves out: it must never pass for an empty success. */
export function notInDouble(what: string): Failure {
  return new Failure(
    `the double of hasura-cli does not know ${what} (see airgap/doubles/hasuraCli/CONTRACT.md)`,
  );
}

type Flags = Record<string, "text" | "switch">;

const EVERYWHERE: Flags = {
  "--project": "text",
  "--endpoint": "text",
  "--admin-secret": "text",
  "--log-level": "text",
  "--skip-update-check": "switch",
};

const DATABASES: Flags = { "--all-databases": "switch", "--database-name": "text" };

const COMMANDS = {
  "migrate apply": {
    ...DATABASES,
    "--up": "text",
    "--version": "text",
    "--type": "text",
    "--skip-execution": "switch",
    "--no-transaction": "switch",
  },
  "migrate status": { "--database-name": "text" },
  "metadata apply": {
    "--disallow-inconsistent-metadata": "switch",
    "--dry-run": "switch",
    "--output": "text",
  },
  "metadata reload": {},
  "metadata inconsistency status": {},
  "metadata inconsistency list": {},
  "seed apply": { ...DATABASES, "--file": "text" },
  version: {},
} satisfies Record<string, Flags>;

export type CommandName = keyof typeof COMMANDS;
const isCommand = (words: string): words is CommandName => Object.hasOwn(COMMANDS, words);

const SHORT: Record<string, string> = { "-o": "--output", "-f": "--file" };

/** Values by flag, in the order given. */
export type Given = Map<string, string[]>;
export type CommandLine = { command: CommandName; given: Given };

/** @throws Failure naming the command or flag that the double leaves out. */
export function readCommandLine(args: string[]): CommandLine {
  const all: Flags = Object.assign({}, EVERYWHERE, ...Object.values(COMMANDS));
  const words: string[] = [];
  const given: Given = new Map();
  for (let rest = args; rest.length > 0; ) {
    const [first = "", ...others] = rest;
    rest = others;
    if (!first.startsWith("-")) {
      words.push(first);
      continue;
    }
    const [written = "", ...parts] = first.split("=");
    const flag = SHORT[written] ?? written;
    const takesNext = all[flag] === "text" && parts.length === 0;
    const value = takesNext ? rest.shift() : parts.join("=");
    if (value === undefined) throw new Failure(`flag needs an argument: ${flag}`);
    given.set(flag, [...(given.get(flag) ?? []), value]);
  }
  const command = words.join(" ");
  if (!isCommand(command)) throw notInDouble(`the command "${command}"`);
  const flags: Flags = { ...EVERYWHERE, ...COMMANDS[command] };
  for (const flag of given.keys()) {
    if (flags[flag] === undefined) throw notInDouble(`${flag} of "${command}"`);
  }
  return { command, given };
}
