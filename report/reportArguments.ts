import { parseArgs } from "node:util";
import { isStackName } from "../tools/commandLine";
import { UserError } from "../tools/setup/userError.mjs";
import { GITHUB_LIMIT, SMALLEST_LIMIT } from "./write/markdown";

/** Where the preview comes from. */
export type Source =
  | { kind: "stack"; stack: string }
  | { kind: "file"; file: string }
  | { kind: "input" }
  | { kind: "graphs"; base: string; head: string };

/** What a run is asked for. */
export interface ReportArguments {
  source: Source;
  /** File to write; the Markdown goes to standard output where neither is given. */
  markdown?: string;
  html?: string;
  /** Characters of the Markdown. */
  limit: number;
  title: string;
}

export const USAGE = [
  "npm run preview:report -- --stack NAME | --file preview.json | --base graph.json --head graph.json",
  "  [--markdown FILE] [--html FILE] [--limit CHARACTERS] [--title TEXT]",
  "Without a source, reads the preview from standard input; without a file, writes Markdown to standard output.",
].join("\n");

const FLAGS = ["stack", "file", "base", "head", "markdown", "html", "limit", "title"] as const;
type Given = Partial<Record<(typeof FLAGS)[number], string>>;
const LARGEST_LIMIT = 1_000_000;

/** Reads the command line; throws a UserError of one line with exit code 2. */
export function reportArguments(args: readonly string[]): ReportArguments {
  const given = givenFlags(args);
  const { markdown, html, title = "What this change does" } = given;
  if (title.trim() === "" || title.length > 200) {
    throw refused("--title needs a text of at most 200 characters");
  }
  return {
    source: sourceOf(given),
    ...(markdown !== undefined && { markdown }),
    ...(html !== undefined && { html }),
    limit: limitOf(given.limit),
    title,
  };
}

function refused(message: string): UserError {
  return new UserError(message, 2);
}

function shown(word: string): string {
  return JSON.stringify(word.slice(0, 60));
}

function givenFlags(args: readonly string[]): Given {
  const given: Given = {};
  const options = Object.fromEntries(FLAGS.map((name) => [name, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "option-terminator") continue;
    const word = token.kind === "positional" ? token.value : token.rawName;
    const flag = FLAGS.find((name) => `--${name}` === word);
    if (flag === undefined || token.kind === "positional") {
      const allowed = FLAGS.map((name) => `--${name}`).join(", ");
      throw refused(`preview:report does not take ${shown(word)}; allowed: ${allowed}`);
    }
    const { value } = token;
    if (value === undefined || value === "" || value.startsWith("--")) {
      throw refused(`--${flag} needs a value: --${flag} VALUE`);
    }
    if (given[flag] !== undefined) throw refused(`--${flag} is given twice; give it once`);
    given[flag] = value;
  }
  return given;
}

function sourceOf({ stack, file, base, head }: Given): Source {
  if ((base === undefined) !== (head === undefined)) {
    throw refused("--base and --head belong together; give the graphs of both sides");
  }
  if ([stack, file, base].filter((it) => it !== undefined).length > 1) {
    throw refused("--stack, --file and --base with --head cannot be combined; give one of them");
  }
  if (stack !== undefined && !isStackName(stack)) {
    const allowed = 'a stack name has letters, digits, "-", "_" and "." only';
    throw refused(`--stack is ${shown(stack)}; ${allowed}`);
  }
  if (stack !== undefined) return { kind: "stack", stack };
  if (file !== undefined) return { kind: "file", file };
  if (base !== undefined && head !== undefined) return { kind: "graphs", base, head };
  return { kind: "input" };
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return GITHUB_LIMIT;
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= SMALLEST_LIMIT && limit <= LARGEST_LIMIT) return limit;
  const allowed = `a number of characters from ${SMALLEST_LIMIT} to ${LARGEST_LIMIT}`;
  throw refused(`--limit is ${shown(text)}; it takes ${allowed}`);
}
