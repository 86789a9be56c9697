export interface Flag {
  kind: "text" | "switch" | "number";
  default?: string;
  required?: true;
  /** The only values of a text. */
  of?: readonly string[];
  /** Bounds of a number, both included. */
  range?: { of?: string; min: number; max: number };
}

export interface CommandSpec {
  /** What the command does, in one line. */
  about: string;
  flags: Record<string, Flag>;
  /** The one argument without a flag: its name in capitals, or the words that are allowed. */
  word?: string | readonly string[];
  /** Whether everything after `--` belongs to a command that is run. */
  rest?: true;
}

const TEXT: Flag = { kind: "text" };
const SWITCH: Flag = { kind: "switch" };
const NEEDED: Flag = { kind: "text", required: true };
const STACK: Flag = { kind: "text", default: "dev" };

/** Every npm script that takes arguments. */
export const COMMANDS: Readonly<Record<string, CommandSpec>> = {
  setup: { about: "find or install everything needed", flags: {} },
  up: {
    about: "set up, then bring the stack up",
    flags: { stack: STACK, "no-doctor": SWITCH },
  },
  down: {
    about: "stop the stack; data is kept unless --delete-data is given",
    flags: { stack: STACK, "delete-data": SWITCH },
  },
  token: {
    about: "print a token shaped like Clerk's",
    flags: {
      stack: STACK,
      user: NEEDED,
      role: TEXT,
      org: TEXT,
      // Ten years.
      ttl: { kind: "number", default: "60", range: { of: "seconds", min: 1, max: 315_360_000 } },
      "private-key": TEXT,
    },
  },
  doctor: {
    about: "check that the running stack does what it should",
    flags: {
      stack: STACK,
      token: TEXT,
      "token-file": TEXT,
      user: TEXT,
      template: TEXT,
      json: SWITCH,
      strict: SWITCH,
    },
  },
  codegen: {
    about: "write TypeScript types of the running stack's schema, as a role sees it",
    flags: { stack: STACK, role: TEXT, documents: TEXT, out: TEXT },
  },
  recover: {
    about: "repair a stack whose update was killed, then bring it up",
    flags: { stack: STACK, force: SWITCH },
  },
  policy: {
    about: "check a stack against the policy pack; changes nothing",
    flags: { stack: STACK },
  },
  "new-stack": {
    about: "make a stack and its settings; prompts for what you do not pass as a flag",
    word: "NAME",
    flags: {
      preset: TEXT,
      "publishable-key": TEXT,
      "cors-domains": TEXT,
      "clerk-secret-key-file": TEXT,
      backend: TEXT,
      "secrets-provider": TEXT,
      port: TEXT,
      "postgres-port": TEXT,
      schema: TEXT,
      yes: SWITCH,
    },
  },
  "preview:report": {
    about:
      "say what a change does to those who use the stack; reads a preview from standard input and writes Markdown to standard output by default",
    flags: {
      stack: TEXT,
      file: TEXT,
      base: TEXT,
      head: TEXT,
      markdown: TEXT,
      html: TEXT,
      // What GitHub takes in a comment; less than the smallest has no room for the notices.
      limit: {
        kind: "number",
        default: "65535",
        range: { of: "characters", min: 3000, max: 1_000_000 },
      },
      title: { kind: "text", default: "What this change does" },
    },
  },
  graph: {
    about: "write the resource graph of a stack to a file, without a backend",
    flags: { out: NEEDED, root: { kind: "text", default: "." }, stack: STACK },
  },
  test: { about: "run all tests, or one kind", word: ["unit", "e2e"], flags: {} },
  bench: {
    about: "measure; --write keeps the table in docs/benchmarks.md",
    flags: {
      quick: SWITCH,
      write: SWITCH,
      only: { kind: "text", of: ["no-op", "cold", "instances", "schema"] },
    },
  },
  release: {
    about: "check that a release can be made; --notes prints its part of the changelog instead",
    flags: { notes: SWITCH },
  },
};
