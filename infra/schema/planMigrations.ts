import type { ProblemList } from "../validation/problems";
import { judgeSql } from "./judgeSql";
import { compareVersions } from "./readMigrations";
import type { Migration, SchemaSource } from "./readSchema";
import type { MigrationRecord, SourceRecords } from "./recordsSql";

/** What a migration is called: the folder of its file below `migrations/<source>`. */
export function migrationName({ version, name }: Pick<Migration, "version" | "name">): string {
  return `${version}_${name}`;
}

/** How states and previews show the content of a migration. */
export function shownChecksum(checksum: string): string {
  return `sha256:${checksum.slice(0, 12)}`;
}

/** A migration that a database or a state remembers. */
export interface AppliedMigration {
  version: string;
  name: string;
  /** As {@link shownChecksum} has it. */
  checksum: string;
}

/** Adds a problem for each migration that was edited, removed or inserted below the newest one after it was applied, unless it is accepted. */
export function judgeHistory(
  source: string,
  files: readonly AppliedMigration[],
  applied: readonly AppliedMigration[],
  accept: readonly string[],
  problems: ProblemList,
): void {
  const refuse = (it: AppliedMigration, reason: string, remedy: string) => {
    if (accept.includes(it.version)) return;
    problems.add(
      `migrations/${source}/${migrationName(it)}`,
      `${reason}; ${remedy}, or list "${it.version}" in schema.accept`,
    );
  };
  for (const it of applied) {
    const file = files.find(({ version }) => version === it.version);
    if (file === undefined) {
      refuse(it, "was applied, but its folder was removed", "restore the folder");
    } else if (file.checksum !== it.checksum) {
      refuse(file, "was edited after it was applied", "restore the file, write a new migration");
    }
  }
  const newest = applied
    .map(({ version }) => version)
    .sort(compareVersions)
    .at(-1);
  if (newest === undefined) return;
  for (const it of files) {
    const isKnown = applied.some(({ version }) => version === it.version);
    if (isKnown || compareVersions(it.version, newest) > 0) continue;
    const reason = `was inserted below ${newest}, which was applied already`;
    refuse(it, reason, "give it a later version");
  }
}

/** What brings a database from what it and the engine's catalog remember to what the folder holds. */
export interface MigrationPlan {
  source: SchemaSource;
  /** The catalog's versions are of another database: they are cleared first. */
  startOver: boolean;
  /** Applied, but not in the catalog. */
  heal: Migration[];
  /** Applied, but not recorded, or recorded with a content that is accepted as changed. */
  record: Migration[];
  /** Versions whose removal is accepted. */
  forget: string[];
  pending: Migration[];
}

/** What is known of a source before its migrations run. */
export interface SourceState {
  records: SourceRecords;
  /** Versions in the engine's catalog, which the CLI keeps. */
  catalog: readonly string[];
  /** Whether this stack has applied migrations there before. */
  appliedBefore: boolean;
}

/** Compares folder, records and catalog; whatever nobody accepted is a problem. */
export function planMigrations(
  source: SchemaSource,
  { records, catalog, appliedBefore }: SourceState,
  accept: readonly string[],
  problems: ProblemList,
): MigrationPlan {
  const { migrations } = source;
  const empty = records.migrations.length === 0;
  const startOver = empty && records.objects === 0 && catalog.length > 0;
  if (empty && appliedBefore && !startOver && records.objects > 0) {
    problems.add(`migrations/${source.name}`, replacedReason(source.name));
  }
  const known = startOver ? [] : catalog;
  const done = new Map(records.migrations.filter(isDone(known)).map((it) => [it.version, it]));
  const applied = [...done.values()].map(({ version, name, checksum }) => ({
    version,
    name,
    checksum: shownChecksum(checksum),
  }));
  judgeHistory(source.name, migrations.map(shown), applied, accept, problems);
  refuseUnfinished(source.name, records.migrations, known, accept, problems);
  return {
    source,
    startOver,
    heal: migrations.filter(({ version }) => done.has(version) && !known.includes(version)),
    record: migrations.filter(
      (it) => isApplied(it, done, known) && !isRecorded(it, records.migrations),
    ),
    forget: records.migrations
      .map(({ version }) => version)
      .filter((version) => !migrations.some((it) => it.version === version)),
    pending: migrations.filter((it) => !isApplied(it, done, known)),
  };
}

/** One that was started outside a transaction is done where the CLI has noted it. */
function isDone(catalog: readonly string[]) {
  return ({ done, version }: MigrationRecord) => done || catalog.includes(version);
}

function isApplied(
  { version }: Migration,
  done: ReadonlyMap<string, MigrationRecord>,
  catalog: readonly string[],
): boolean {
  return done.has(version) || catalog.includes(version);
}

function isRecorded(
  { version, checksum }: Migration,
  records: readonly MigrationRecord[],
): boolean {
  return records.some((it) => it.done && it.version === version && it.checksum === checksum);
}

function shown({ version, name, checksum }: Migration): AppliedMigration {
  return { version, name, checksum: shownChecksum(checksum) };
}

function replacedReason(name: string): string {
  return (
    `were applied to another database: this one has tables, but no record of a migration; ` +
    `restore the database of source "${name}", or empty this one to start over`
  );
}

function refuseUnfinished(
  source: string,
  records: readonly MigrationRecord[],
  catalog: readonly string[],
  accept: readonly string[],
  problems: ProblemList,
): void {
  for (const it of records) {
    if (isDone(catalog)(it) || accept.includes(it.version)) continue;
    problems.add(
      `migrations/${source}/${migrationName(it)}`,
      `was started outside a transaction and was interrupted; drop what it left behind, such as an invalid index, and list "${it.version}" in schema.accept to run it again`,
    );
  }
}

/** Outside a transaction there is no `set local role`, and without it no right to alter what the owner has. */
export async function refuseOutsideTransaction(
  pending: readonly Migration[],
  problems: ProblemList,
): Promise<void> {
  for (const migration of pending) {
    const { value } = await judgeSql(migration.sql);
    if (!value?.outsideTransaction) continue;
    problems.add(
      `migrations/${migration.source}/${migrationName(migration)}`,
      "runs outside a transaction, as the engine's role, which alters no tables in production; write a statement that a transaction allows, or list postgres.ownerRole in allowInProduction, which gives the engine the owner's rights",
    );
  }
}
