import { parseArgs } from "node:util";
import { isStackName } from "../tools/commandLine";
import { UserError } from "../tools/setup/userError.mjs";
import { GITHUB_LIMIT, SMALLEST_LIMIT } from "./markdown";

/** Where the preview comes from. */
export type Source =
  | { kind: "stack"; stack: string }
  | { kind: "file"; file: string }
  | { kind: "input" }
  | { kind: "graphs"; base: string; head: string };

/** What a run of the renderer is asked for. */
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
  "Without a source the preview is read from standard input; without a file the Markdown is written to standard output.",
].join("\n");

const FLAGS = ["stack", "file", "base", "head", "markdown", "html", "limit", "title"] as const;
type Flag = (typeof FLAGS)[number];
type Given = Partial<Record<Flag, string>>;
const MOST = 1_000_000;

/** Reads the command line; a mistake is a UserError of one line with exit code 2. */
export function reportArguments(args: readonly string[]): ReportArguments {
  const given = givenFlags(args);
  const { markdown, html, title = "What this change does" } = given;
  if (title.trim() === "" || title.length > 200) {
    throw new UserError("--title needs a text of at most 200 characters", 2);
  }
  return {
    source: sourceOf(given),
    ...(markdown !== undefined && { markdown }),
    ...(html !== undefined && { html }),
    limit: limitOf(given.limit),
    title,
  };
}

function givenFlags(args: readonly string[]): Given {
  const given: Given = {};
  const options = Object.fromEntries(FLAGS.map((name) => [name, { type: "string" as const }]));
  const { tokens } = parseArgs({ args: [...args], options, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind === "positional") throw unknown(token.value);
    if (token.kind !== "option") continue;
    const flag = FLAGS.find((name) => `--${name}` === token.rawName);
    if (flag === undefined) throw unknown(token.rawName);
    const { value } = token;
    if (value === undefined || value === "" || value.startsWith("--")) {
      throw new UserError(`--${flag} needs a value: --${flag} VALUE`, 2);
    }
    if (given[flag] !== undefined) throw new UserError(`--${flag} is given twice; give it once`, 2);
    given[flag] = value;
  }
  return given;
}

function unknown(word: string): UserError {
  const allowed = FLAGS.map((name) => `--${name}`).join(", ");
  const shown = JSON.stringify(word.slice(0, 60));
  return new UserError(`preview:report does not take ${shown}; allowed: ${allowed}`, 2);
}

function sourceOf({ stack, file, base, head }: Given): Source {
  if ((base === undefined) !== (head === undefined)) {
    throw new UserError("--base and --head belong together; give the graphs of both sides", 2);
  }
  const sources = [stack, file, base].filter((it) => it !== undefined);
  if (sources.length > 1) {
    throw new UserError("give one of --stack, --file and --base with --head, not several", 2);
  }
  if (stack !== undefined) return { kind: "stack", stack: checkedStack(stack) };
  if (file !== undefined) return { kind: "file", file };
  if (base !== undefined && head !== undefined) return { kind: "graphs", base, head };
  return { kind: "input" };
}

function checkedStack(stack: string): string {
  if (isStackName(stack)) return stack;
  const shown = JSON.stringify(stack.slice(0, 60));
  throw new UserError(
    `--stack is ${shown}; a stack name has letters, digits, "-", "_" and "." only`,
    2,
  );
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return GITHUB_LIMIT;
  const limit = /^\d{1,7}$/.test(text) ? Number(text) : Number.NaN;
  if (limit >= SMALLEST_LIMIT && limit <= MOST) return limit;
  const shown = JSON.stringify(text.slice(0, 60));
  throw new UserError(
    `--limit is ${shown}; it takes a number of characters from ${SMALLEST_LIMIT} to ${MOST}`,
    2,
  );
}
