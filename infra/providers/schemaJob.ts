import { frameSql } from "../schema/frameSql";
import { judgeSql } from "../schema/judgeSql";
import {
  type MigrationPlan,
  migrationName,
  planMigrations,
  refuseOutsideTransaction,
} from "../schema/planMigrations";
import type { Migration, Schema, SchemaSource, Seed } from "../schema/readSchema";
import {
  forgetSql,
  LEASE_SECONDS,
  prepareSql,
  recordSql,
  releaseSql,
  renewSql,
  type SourceRecords,
  seedSql,
} from "../schema/recordsSql";
import { ProblemList } from "../validation/problems";
import { connectSources, isOwnDatabase } from "./connectSources";
import { publishMetadata } from "./publishMetadata";
import { failedFile, failedOutside, problemsError } from "./schemaFailure";
import { catalogOf, demandApplied, heldError, recordsOf } from "./schemaState";
import { runSql, type SchemaTools } from "./schemaTools";

/** What the job is told beside the schema. */
export interface JobOptions {
  /** Versions whose edit, removal or late insertion is accepted. */
  accept: readonly string[];
  /** Whether seeds run. */
  seeds: boolean;
  /** Role that owns what migrations create. */
  ownerRole?: string | undefined;
  /** Whether the engine's own role may alter what that role owns. */
  engineAlters: boolean;
  /** What this stack had applied before, by `source/version_name`. */
  appliedBefore: Readonly<Record<string, string>>;
}

/** Milliseconds between two looks at what may change. */
const PAUSE_MS = 1000;

/** Applies a schema by the CLI, one step after the other; what one run leaves undone the next one finishes. */
export class SchemaJob {
  private readonly tools: SchemaTools;
  private readonly schema: Schema;
  private readonly options: JobOptions;

  constructor(tools: SchemaTools, schema: Schema, options: JobOptions) {
    this.tools = tools;
    this.schema = schema;
    this.options = options;
  }

  private get sources(): string[] {
    return this.schema.sources.map(({ name }) => name);
  }

  /** Returns the checksums of all applied migrations, by `source/version_name`. */
  async run(): Promise<Record<string, string>> {
    await this.uploadProject();
    await this.waitUntilHealthy();
    await connectSources(this.tools, this.schema.sources);
    const renewal = setInterval(() => this.renew(), (LEASE_SECONDS * 1000) / 3);
    try {
      const plans = await this.plan();
      for (const plan of plans) await this.catchUp(plan);
      for (const plan of plans) await this.migrate(plan);
      if (this.options.seeds) for (const { source } of plans) await this.seed(source);
      await publishMetadata(this.tools);
      return await demandApplied(this.tools, this.schema.sources);
    } finally {
      clearInterval(renewal);
      await this.release();
    }
  }

  /** All but the SQL, which follows when it may run. */
  private uploadProject(): Promise<void> {
    const others = this.schema.files.filter(({ path }) => !/^(?:migrations|seeds)\//.test(path));
    // The CLI makes these folders itself only where they are missing, and demands one for each source.
    const folders = this.sources.map((name) => `migrations/${name}/.keep`);
    const empty = ["seeds/.keep", ...folders].map((path) => ({ path, content: "" }));
    return this.tools.upload([...others, ...empty]);
  }

  private async waitUntilHealthy(): Promise<void> {
    while (!(await this.tools.isHealthy())) await pause();
  }

  /** Takes the lease of each database and compares it with the folder. */
  private async plan(): Promise<MigrationPlan[]> {
    const found: [SchemaSource, SourceRecords][] = [];
    for (const source of this.schema.sources) found.push([source, await this.takeLease(source)]);
    const catalog = await catalogOf(this.tools);
    const problems = new ProblemList();
    const plans = found.map(([source, records]) => {
      const appliedBefore = Object.keys(this.options.appliedBefore).some((key) =>
        key.startsWith(`${source.name}/`),
      );
      const state = { records, catalog: catalog.versions(source.name), appliedBefore };
      return planMigrations(source, state, this.options.accept, problems);
    });
    for (const { source, pending } of plans) {
      const mayAlter = this.options.engineAlters || this.ownerOf(source) === undefined;
      if (!mayAlter) await refuseOutsideTransaction(pending, problems);
    }
    if (problems.size > 0) throw problemsError(problems.list());
    return plans;
  }

  private async takeLease({ name }: SchemaSource): Promise<SourceRecords> {
    const { holder } = this.tools;
    const until = Date.now() + (LEASE_SECONDS + 10) * 1000;
    for (;;) {
      const rows = await runSql(this.tools, name, prepareSql(holder));
      const records = JSON.parse(rows[0]?.[0] ?? "") as SourceRecords;
      if (records.holder === holder) return records;
      if (Date.now() > until) throw heldError(records.holder);
      await pause();
    }
  }

  /** Makes catalog and records agree on what was applied, without running it. */
  private async catchUp({ source, startOver, heal, record, forget }: MigrationPlan): Promise<void> {
    if (startOver) await (await catalogOf(this.tools)).clear(source.name);
    await this.tools.upload(heal.map((it) => upFile(it, it.sql)));
    for (const { version } of heal) {
      const how = ["--skip-execution", "--version", version, "--type", "up"];
      await this.tools.cli(["migrate", "apply", "--database-name", source.name, ...how]);
    }
    const changes = [...record.map((it) => recordSql(it)), ...forget.map(forgetSql)];
    if (changes.length > 0) await runSql(this.tools, source.name, changes.join("\n"));
  }

  private async migrate({ source, pending }: MigrationPlan): Promise<void> {
    let together: Migration[] = [];
    for (const migration of pending) {
      const { value } = await judgeSql(migration.sql);
      if (!value?.outsideTransaction) {
        together.push({ ...migration, sql: value?.sql ?? migration.sql });
        continue;
      }
      await this.migrateTogether(source, together);
      together = [];
      await this.migrateOutside(source, migration);
    }
    await this.migrateTogether(source, together);
  }

  /** Runs migrations that are one transaction each. */
  private async migrateTogether(source: SchemaSource, migrations: Migration[]): Promise<void> {
    if (migrations.length === 0) return;
    await this.tools.upload(
      migrations.map((it) => upFile(it, this.framed(source, it.sql, recordSql(it)))),
    );
    const { text } = await this.tools.cli(["migrate", "apply", "--database-name", source.name]);
    // The exit code says little: what was recorded is done.
    const done = await recordsOf(this.tools, source.name);
    const failed = migrations.find(
      ({ version }) => !done.migrations.some((it) => it.version === version && it.done),
    );
    if (failed === undefined) return;
    const file = { ...failed, ...upFile(failed, "") };
    throw await failedFile(this.tools, file, this.ownerOf(source), text);
  }

  /** Runs a statement that allows no transaction, such as CREATE INDEX CONCURRENTLY, and with it neither a frame nor another role. */
  private async migrateOutside(source: SchemaSource, migration: Migration): Promise<void> {
    const { version } = migration;
    await this.tools.upload([upFile(migration, migration.sql)]);
    await runSql(this.tools, source.name, recordSql(migration, "null"));
    const command = ["migrate", "apply", "--database-name", source.name, "--no-transaction"];
    const { text } = await this.tools.cli(command);
    const catalog = await catalogOf(this.tools);
    if (catalog.versions(source.name).includes(version)) {
      await runSql(this.tools, source.name, recordSql(migration));
      return;
    }
    await runSql(this.tools, source.name, forgetSql(version));
    throw failedOutside(upFile(migration, "").path, text);
  }

  /** Runs seeds that are new or changed. */
  private async seed(source: SchemaSource): Promise<void> {
    const { seeds } = await recordsOf(this.tools, source.name);
    for (const seed of source.seeds) {
      if (seeds[seed.file] === seed.checksum) continue;
      await this.runSeed(source, seed);
    }
  }

  private async runSeed(source: SchemaSource, seed: Seed): Promise<void> {
    const { name } = source;
    const { file, checksum } = seed;
    const sql = (await judgeSql(seed.sql)).value?.sql ?? seed.sql;
    const path = `seeds/${name}/${file}`;
    await this.tools.upload([{ path, content: this.framed(source, sql, seedSql(file, checksum)) }]);
    const command = ["seed", "apply", "--database-name", name, "--file", file];
    const { text } = await this.tools.cli(command);
    const { seeds } = await recordsOf(this.tools, name);
    if (seeds[file] === checksum) return;
    throw await failedFile(this.tools, { source: name, path, sql }, this.ownerOf(source), text);
  }

  /** A role of the stack's own database alone. */
  private ownerOf(source: SchemaSource): string | undefined {
    return isOwnDatabase(source) ? this.options.ownerRole : undefined;
  }

  private framed(source: SchemaSource, sql: string, record: string): string {
    const { holder } = this.tools;
    const records = `${record}\n${renewSql(holder)}`;
    return frameSql(sql, { holder, ownerRole: this.ownerOf(source) }, records);
  }

  /** One that fails is made up for by the next, and by the check of the lease in each file. */
  private renew(): void {
    for (const name of this.sources) {
      runSql(this.tools, name, renewSql(this.tools.holder)).catch(() => undefined);
    }
  }

  /** A lease that is not given back expires. */
  private async release(): Promise<void> {
    for (const name of this.sources) {
      await runSql(this.tools, name, releaseSql(this.tools.holder)).catch(() => undefined);
    }
  }
}

function upFile(migration: Migration, content: string): { path: string; content: string } {
  const folder = `migrations/${migration.source}/${migrationName(migration)}`;
  return { path: `${folder}/up.sql`, content };
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
