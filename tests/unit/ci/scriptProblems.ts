import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(__dirname, "../../..");
const SCRIPTS: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).scripts;

/** What a job's script calls that does not exist, and installations that run the scripts of packages. */
export function scriptProblems(script: string): string[] {
  const named = [...script.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, it = ""]) => it);
  const files = [...script.matchAll(/\btools\/\S+/g)].map(([file]) => file);
  const foreign = script
    .split("\n")
    .filter((line) => /npm (ci|install)\b(?!.* --ignore-scripts\b)/.test(line));
  return [
    ...named.filter((it) => !(it in SCRIPTS)).map((it) => `npm run ${it} does not exist`),
    ...files.filter((file) => !existsSync(join(ROOT, file))).map((it) => `${it} does not exist`),
    ...foreign.map((line) => `${line} runs scripts of packages`),
  ];
}
