import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { changesText, graphChanges } from "./graphChanges";
import type { RecordedResource } from "./normalGraph";
import { NO_RELEASE, unexplained, upgradeNotes } from "./upgradeNotes";

/** What stacks of an example look like that a release has made. */
export interface GraphRecord {
  /** The newest release when it was recorded; only notes of later ones explain a change. */
  release: string;
  resources: RecordedResource[];
}

/** Around a recording. */
export interface Recording {
  /** The newest release there is. */
  release: string;
  /** Folder of the notes. Default: that of this checkout. */
  notes?: string;
}

export function readRecord(file: string): GraphRecord | undefined {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** Throws when a program's graph is not the recorded one. */
export function checkRecord(name: string, file: string, now: readonly RecordedResource[]): void {
  const record = readRecord(file);
  const changes = graphChanges(record?.resources ?? [], now);
  if (changes.lines.length > 0) throw new Error(changesText(name, changes, record?.release));
}

/** Records a graph anew. Throws, and records nothing, where the notes of later releases do not name each URN that is gone or changed. */
export function writeRecord(
  file: string,
  now: readonly RecordedResource[],
  { release, notes }: Recording,
): void {
  const before = readRecord(file);
  if (before !== undefined) demandNotes(before, now, notes);
  // A resource a line: a change shows which one it is about.
  const lines = now.map((resource) => JSON.stringify(resource)).join(",\n");
  writeFileSync(file, `{"release":${JSON.stringify(release)},"resources":[\n${lines}\n]}\n`);
}

function demandNotes(before: GraphRecord, now: readonly RecordedResource[], folder?: string): void {
  if (before.release === NO_RELEASE) return;
  const { lost, changed } = graphChanges(before.resources, now);
  const notes = upgradeNotes({ newerThan: before.release, folder });
  const unnamed = unexplained([...lost, ...changed], notes);
  if (unnamed.length === 0) return;
  const list = unnamed.map((urn) => `  ${urn}`).join("\n");
  throw new Error(
    `not recorded: no page of a release after ${before.release} in docs/upgrade/ names what is gone or changed:\n${list}`,
  );
}
