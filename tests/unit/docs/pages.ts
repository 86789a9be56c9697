import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");

/** Paths of the pages in one folder, from the root of the repository. */
export function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((file) => file.endsWith(".md"))
    .sort()
    .map((file) => `${folder}/${file}`);
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), "utf8");
}

/** A section of a page without its heading; throws where there is none. */
export function sectionOf(page: string, title: string): string {
  const [, rest] = readPage(page).split(`\n## ${title}\n`);
  if (rest === undefined) throw new Error(`${page} has no section "${title}"`);
  return (rest.split(/\n## /)[0] ?? "").trim();
}

/** Anchors of a page's headings, as GitHub makes them. */
export function anchorsOf(page: string): string[] {
  const prose = readPage(page).replace(/^```[\s\S]*?^```/gm, "");
  return [...prose.matchAll(/^#{1,4} (.+)$/gm)].map(([, title = ""]) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

/** The blocks of one language, in order. */
export function blocks(text: string, language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...text.matchAll(fence)].map(([, body = ""]) => body);
}

/** Commands as a page shows them, in bash blocks and in code font. */
export function commands(text: string): string[] {
  const lines = blocks(text, "bash").flatMap((block) => block.split("\n"));
  const prose = text.replace(/^```[\s\S]*?^```/gm, "");
  const inline = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = ""]) => code);
  return [...lines, ...inline].map((line) => line.trim()).filter((line) => line !== "");
}

/** A change of the stack's configuration that a page tells people to make. */
export interface ConfigCommand {
  /** Whether the name is a path, or else a key as it stands. */
  isPath: boolean;
  name: string;
  secret: boolean;
  /** Absent where Pulumi prompts for it, where it is read from a file, and where it is removed. */
  value?: string;
  removed: boolean;
}

const CONFIG_COMMAND =
  /^npx pulumi config (set|rm)((?: --(?:path|secret))*) (?:'([^']+)'|([\w.]+))(?: (?:'([^']*)'|([^\s<-]\S*)))?(?: --stack \w+)?(?: < \S+)?$/;

/** What a command does to the configuration; undefined where it does nothing to it. */
export function configCommand(command: string): ConfigCommand | undefined {
  const [, verb, flags = "", quotedName, plainName, quoted, plain] =
    CONFIG_COMMAND.exec(command) ?? [];
  const name = quotedName ?? plainName;
  if (verb === undefined || name === undefined) return undefined;
  const value = quoted ?? plain;
  return {
    isPath: flags.includes("--path"),
    name,
    secret: flags.includes("--secret"),
    removed: verb === "rm",
    ...(value === undefined ? {} : { value }),
  };
}
