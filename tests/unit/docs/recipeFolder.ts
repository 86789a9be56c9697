import { cpSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { blocks, readPage } from "./pages";

const ROOT = join(__dirname, "../../..");
export const FIRST_TABLE = "docs/recipes/first-table.md";

/** The files that a page shows, each under the path in its first line, which is a comment. */
export function filesShown(page: string): { path: string; content: string }[] {
  const text = readPage(page);
  return ["sql", "yaml"].flatMap((language) =>
    blocks(text, language).map((content) => {
      const [, path] = /^(?:--|#) (hasura\/\S+)$/m.exec(content) ?? [];
      if (path === undefined) throw new Error(`a block of ${page} names no file:\n${content}`);
      return { path, content };
    }),
  );
}

/** Writes the example's folder, with what the recipe of the first table adds to it, into a new folder of its own. */
export function writeRecipeFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-recipe-"));
  cpSync(join(ROOT, "hasura"), join(directory, "hasura"), { recursive: true });
  for (const { path, content } of filesShown(FIRST_TABLE)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}
