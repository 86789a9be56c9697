import type { RecordedResource } from "./normalGraph";

/** How two recorded graphs differ. */
export interface GraphChanges {
  /** URNs that are gone: a released stack would delete these resources, or needs aliases. */
  lost: string[];
  /** URNs of what stays with other inputs or options: an update would change or replace these resources. */
  changed: string[];
  /** One line for each difference. */
  lines: string[];
}

/** Every leaf of a value, by path. */
function leaves(value: unknown, path: string): [path: string, text: string][] {
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) {
    return [[path, JSON.stringify(value)]];
  }
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([key, child]) => {
    const step = list ? `[${key}]` : `${path && "."}${key}`;
    return leaves(child, `${path}${step}`);
  });
}

function differences(before: RecordedResource, after: RecordedResource): string[] {
  const old = new Map(leaves(before, ""));
  const now = new Map(leaves(after, ""));
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => `${path}: ${old.get(path) ?? "none"} -> ${now.get(path) ?? "none"}`);
}

/** Compares what was recorded with what a program registers now. */
export function graphChanges(
  before: readonly RecordedResource[],
  after: readonly RecordedResource[],
): GraphChanges {
  const old = new Map(before.map((it) => [it.urn, it]));
  const now = new Map(after.map((it) => [it.urn, it]));
  const lost = [...old.keys()].filter((urn) => !now.has(urn));
  const kept = before.flatMap((it) => {
    const next = now.get(it.urn);
    return next ? [{ urn: it.urn, lines: differences(it, next) }] : [];
  });
  const changed = kept.filter(({ lines }) => lines.length > 0).map(({ urn }) => urn);
  const lines = [
    ...lost.map((urn) => `- ${urn}`),
    ...[...now.keys()].filter((urn) => !old.has(urn)).map((urn) => `+ ${urn}`),
    ...kept.flatMap(({ urn, lines }) => lines.map((line) => `~ ${urn} ${line}`)),
  ];
  return { lost, changed, lines };
}

/** What to do about changes since a release, for whoever made them. */
export function changesText(
  example: string,
  { lost, lines }: GraphChanges,
  release = "0.0.0",
): string {
  const note = `a note in docs/upgrade/, on the page of a release after ${release}`;
  const remedy =
    lost.length > 0
      ? `Released stacks would delete what is gone: give its successor aliases with the old name or parent, and name each URN that is gone or changed in ${note}`
      : `Released stacks would see this in their next preview: take it back, or say what it costs in ${note}, that names each URN that changed`;
  return [
    `the graph of "${example}" is no longer what was recorded:`,
    ...lines.map((line) => `  ${line}`),
    `${remedy}. Then record it: RECORD_GRAPHS=1 npx mocha 'tests/compat/**/*.test.ts'`,
  ].join("\n");
}
