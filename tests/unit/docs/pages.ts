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
  key: string;
  secret: boolean;
  /** Absent where it is asked for, read from a file or removed. */
  value?: string;
  removed: boolean;
}

const CONFIG_COMMAND =
  /^npx pulumi config (set|rm)(?: --path)?( --secret)? '?([\w.]+)(?:\[\d+\]')?(?: (?:'([^']*)'|([^\s<]\S*)))?(?: < \S+)?$/;

/** What a command does to the configuration; undefined where it does nothing to it. */
export function configCommand(command: string): ConfigCommand | undefined {
  const [, verb, flag, key, quoted, plain] = CONFIG_COMMAND.exec(command) ?? [];
  if (verb === undefined || key === undefined) return undefined;
  const value = quoted ?? plain;
  return {
    key,
    secret: flag !== undefined,
    removed: verb === "rm",
    ...(value === undefined ? {} : { value }),
  };
}
