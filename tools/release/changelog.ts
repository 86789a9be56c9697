export interface Release {
  /** `Unreleased` for what has no version yet. */
  version: string;
  date: string | undefined;
  /** Titles of its parts: Added, Changed, Removed, Fixed and so on. */
  kinds: string[];
  /** What it says below its heading. */
  text: string;
}

const HEADING = /^## \[([^\]]+)\](?: - (.+))?$/gm;
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** The releases of a changelog in the form of Keep a Changelog, newest first. */
export function readChangelog(text: string): Release[] {
  const headings = [...text.matchAll(HEADING)];
  return headings.map(({ 0: line, 1: version = "", 2: date, index }, at) => {
    const body = text.slice(index + line.length, headings[at + 1]?.index).trim();
    const kinds = [...body.matchAll(/^### (.+)$/gm)].map(([, kind = ""]) => kind);
    return { version, date, kinds, text: body };
  });
}

const numbers = (version: string) => VERSION.exec(version)?.slice(1).map(Number);

/** The versions that may follow another: one step up, and a large enough one for what changed. */
export function nextVersions(before: string, kinds: readonly string[]): string[] {
  const [major = 0, minor = 0, patch = 0] = numbers(before) ?? [];
  const steps = [`${major}.${minor}.${patch + 1}`, `${major}.${minor + 1}.0`, `${major + 1}.0.0`];
  const onlyFixes = kinds.every((kind) => ["Fixed", "Security"].includes(kind));
  if (onlyFixes) return steps;
  // Before 1.0.0 the middle number is the one that may break something.
  return kinds.includes("Removed") && major > 0 ? steps.slice(2) : steps.slice(1);
}

function isDate(date: string | undefined): boolean {
  if (!date || !/^\d{4}-\d{2}-\d{2}$/.test(date)) return false;
  const time = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
}

function problemsOf(release: Release, before: Release | undefined): string[] {
  const problems: string[] = [];
  if (!isDate(release.date)) {
    problems.push(
      `CHANGELOG.md: ${release.version} has no date; write "## [${release.version}] - YYYY-MM-DD"`,
    );
  }
  if (release.text === "") {
    problems.push(`CHANGELOG.md: ${release.version} says nothing; tell what changed`);
  }
  const allowed = before && nextVersions(before.version, release.kinds);
  if (allowed && !allowed.includes(release.version)) {
    const kinds = release.kinds.join(", ") || "nothing";
    problems.push(
      `version ${release.version} does not follow ${before.version} with ${kinds}; allowed: ${allowed.join(", ")}`,
    );
  }
  return problems;
}

/** What keeps the version of package.json from being released, one line each. */
export function releaseProblems(version: string, changelog: string): string[] {
  if (!numbers(version)) {
    return [`package.json: version ${JSON.stringify(version)} is none; allowed: 1.2.3`];
  }
  const releases = readChangelog(changelog);
  const unreleased = releases.find((it) => it.version === "Unreleased");
  const [newest, before] = releases.filter((it) => it !== unreleased);
  const problems: string[] = [];
  if (unreleased && unreleased.text !== "") {
    problems.push(`CHANGELOG.md: [Unreleased] has entries; move them below [${version}]`);
  }
  if (newest?.version !== version) {
    const told = newest ? `its newest release is ${newest.version}` : "it tells of no release";
    problems.push(
      `CHANGELOG.md: ${told}, package.json says ${version}; add "## [${version}] - YYYY-MM-DD" or change the version`,
    );
    return problems;
  }
  return [...problems, ...problemsOf(newest, before)];
}

/** What a changelog says of a version; empty where it says nothing. */
export function releaseNotes(version: string, changelog: string): string {
  return readChangelog(changelog).find((it) => it.version === version)?.text ?? "";
}
