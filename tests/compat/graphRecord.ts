import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { changesText, graphChanges } from "./graphChanges";
import type { RecordedResource } from "./normalGraph";
import { unexplained } from "./upgradeNotes";

function readRecord(file: string): RecordedResource[] {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : [];
}

/** Throws when a program's graph is not the recorded one. */
export function checkRecord(name: string, file: string, now: readonly RecordedResource[]): void {
  const changes = graphChanges(readRecord(file), now);
  if (changes.lines.length > 0) throw new Error(changesText(name, changes));
}

/** Records a graph anew; throws, and records nothing, when the notes do not name each URN that is gone or changed. */
export function writeRecord(file: string, now: readonly RecordedResource[], notes: string): void {
  const { lost, changed } = graphChanges(readRecord(file), now);
  const unnamed = unexplained([...lost, ...changed], notes);
  if (unnamed.length > 0) {
    const list = unnamed.map((urn) => `  ${urn}`).join("\n");
    throw new Error(`gone or changed, and not named in docs/upgrade/, so not recorded:\n${list}`);
  }
  writeFileSync(file, `${JSON.stringify(now, undefined, 2)}\n`);
}
