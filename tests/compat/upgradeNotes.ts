import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readChangelog } from "../../tools/release/changelog";

const ROOT = join(__dirname, "../..");
const FOLDER = join(ROOT, "docs/upgrade");
const PAGE = /^(\d+)\.(\d+)\.(\d+)\.md$/;

/** What stands for a release while there is none, so that nobody has a stack yet. */
export const NO_RELEASE = "0.0.0";

/** The newest release that CHANGELOG.md tells of: stacks in use are of it or older. Default: NO_RELEASE. */
export function lastRelease(): string {
  const releases = readChangelog(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8"));
  return releases.find(({ version }) => version !== "Unreleased")?.version ?? NO_RELEASE;
}

function isNewer(a: string, b: string): boolean {
  return a.localeCompare(b, "en", { numeric: true }) > 0;
}

/** The releases that have a page of notes. Throws on a page of another name, because nobody would find it. */
export function notedReleases(folder = FOLDER): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((name) => name !== "README.md");
  const stray = names.find((name) => !PAGE.test(name));
  if (stray !== undefined) {
    throw new Error(`docs/upgrade/${stray} is of no release; allowed: 1.2.3.md; rename it`);
  }
  return names.map((name) => name.slice(0, -".md".length));
}

/**
 * The text of the notes for whoever upgrades a stack that an older release made. Pages of that release and of earlier ones tell
 * of changes that the stack has behind it, and excuse no later one.
 */
export function upgradeNotes({ newerThan, folder = FOLDER }: NotesChoice): string {
  const releases = notedReleases(folder).filter((release) => isNewer(release, newerThan));
  return releases.map((it) => readFileSync(join(folder, `${it}.md`), "utf8")).join("\n");
}

/** Which notes are wanted. */
export interface NotesChoice {
  newerThan: string;
  /** Default: that of this checkout. */
  folder?: string;
}

/** Those URNs, of what is gone or changed, that no note names. */
export function unexplained(urns: readonly string[], notes: string): string[] {
  return urns.filter((urn) => {
    const name = urn.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    // A note of "…::shop-data" says nothing of "…::shop".
    return !new RegExp(`(?<![\\w$])${name}(?![\\w-])`).test(notes);
  });
}
