import { parseArguments } from "../tools/commandLine";
import { UserError } from "../tools/setup/userError.mjs";

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

/** Reads the command line; throws a UserError of one line with exit code 2. */
export function reportArguments(args: readonly string[]): ReportArguments {
  const { values } = parseArguments("preview:report", args);
  const { markdown, html, limit, title = "" } = values;
  if (title.trim() === "" || title.length > 200) {
    throw new UserError("--title needs a text of at most 200 characters", 2);
  }
  return {
    source: sourceOf(values),
    ...(markdown !== undefined && { markdown }),
    ...(html !== undefined && { html }),
    limit: Number(limit),
    title,
  };
}

function sourceOf({ stack, file, base, head }: Readonly<Record<string, string>>): Source {
  if ((base === undefined) !== (head === undefined)) {
    throw new UserError("--base and --head belong together; give the graphs of both sides", 2);
  }
  if ([stack, file, base].filter((it) => it !== undefined).length > 1) {
    const reason = "--stack, --file and --base with --head cannot be combined; give one of them";
    throw new UserError(reason, 2);
  }
  if (stack !== undefined) return { kind: "stack", stack };
  if (file !== undefined) return { kind: "file", file };
  if (base !== undefined && head !== undefined) return { kind: "graphs", base, head };
  return { kind: "input" };
}
