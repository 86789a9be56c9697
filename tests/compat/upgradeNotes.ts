import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FOLDER = join(__dirname, "../../docs/upgrade");

/** The text of all notes for whoever upgrades a stack. */
export function upgradeNotes(folder = FOLDER): string {
  if (!existsSync(folder)) return "";
  const pages = readdirSync(folder).filter((name) => name.endsWith(".md"));
  return pages.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
}

/** Those URNs, of what is gone or changed, that no note names. */
export function unexplained(urns: readonly string[], notes: string): string[] {
  return urns.filter((urn) => {
    const name = urn.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // A note of "…::shop-data" says nothing of "…::shop".
    return !new RegExp(`(?<![\\w$])${name}(?![\\w-])`).test(notes);
  });
}
