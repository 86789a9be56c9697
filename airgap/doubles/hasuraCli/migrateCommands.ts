import type { JsonObject } from "../hasura/json";
import { CatalogState } from "./catalogState";
import { Failure, type Given, notInDouble } from "./commandLine";
import { compareVersions, type MigrationFile, readMigrations } from "./migrationFiles";
import { printTable } from "./printTable";
import type { Project } from "./project";
import { databaseOf, sourcesOf } from "./sources";

export async function migrateApply(project: Project, given: Given): Promise<void> {
  const { log } = project;
  const all = given.has("--all-databases");
  if (all) log("info", "getting lists of databases from server");
  const sources = all ? await sourcesOf(project) : [await databaseOf(project, given)];
  const failed: string[] = [];
  for (const source of sources) {
    try {
      const count = await applyTo(source, project, given);
      const on = all ? ` on database: ${source}` : "";
      const where = ` on database: ${source}`;
      log("info", count === 0 ? `nothing to apply${where}` : `migrations applied${on}`);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      failed.push(source);
      const what = `skipping applying migrations on database '${source}', encountered:`;
      log("error", `${what} \n${error.message}`);
    }
  }
  if (failed.length === 0) return;
  const names = failed.join(",");
  throw new Failure(`operation failed: applying migrations failed on database(s): ${names}`);
}

/** Returns how many migrations were applied; each is recorded before the next one runs. */
async function applyTo(source: string, project: Project, given: Given): Promise<number> {
  const state = new CatalogState(project.engine);
  const migrations = readMigrations(project.migrations, source);
  const wanted = wantedOf(given);
  await state.open(source);
  const applied = await state.applied(source);
  const pending = migrations.filter(({ version }) => !applied.has(version));
  const chosen = "version" in wanted ? oneOf(wanted.version, pending, applied) : pending;
  const steps = "steps" in wanted ? wanted.steps : Number.POSITIVE_INFINITY;
  for (const { version, up } of chosen.slice(0, steps)) {
    if (up === undefined) throw new Failure(`${version} up migration not found`);
    if (!given.has("--skip-execution")) {
      const args: JsonObject = { sql: up, source, check_metadata_consistency: false };
      if (given.has("--no-transaction")) args.no_transaction = true;
      await project.engine.query("run_sql", args);
    }
    await state.record(source, version);
  }
  const missing = steps - chosen.length;
  if (Number.isFinite(missing) && missing > 0 && chosen.length > 0) {
    throw new Failure(`limit ${missing} short`);
  }
  return Math.min(steps, chosen.length);
}

function oneOf(version: string, pending: MigrationFile[], applied: Set<string>): MigrationFile[] {
  if (applied.has(version)) throw new Failure("Version already applied in database");
  const found = pending.find((migration) => migration.version === version);
  if (found === undefined) throw new Failure(`${version} up migration not found`);
  return [found];
}

function wantedOf(given: Given): { version: string } | { steps: number } | { all: true } {
  const [up, version, type] = ["--up", "--version", "--type"].map((it) => given.get(it)?.at(-1));
  if (type !== undefined && type !== "up") throw notInDouble(`--type ${type}`);
  if (version !== undefined && given.has("--all-databases")) {
    throw new Failure("cannot use --goto or --version in conjunction with --all-databases");
  }
  if (version !== undefined && up !== undefined) {
    throw new Failure(
      "only one migration type can be applied at a time (--up, --down, --type or --goto)",
    );
  }
  if (version !== undefined) return { version };
  if (up === undefined || up === "all") return { all: true };
  if (!/^\d+$/.test(up)) throw new Failure("not a valid input for steps/version");
  return { steps: Number(up) };
}

/** Prints a table, and writes the catalog state as every look at migrations does. */
export async function migrateStatus(project: Project, given: Given): Promise<void> {
  const source = await databaseOf(project, given);
  const migrations = readMigrations(project.migrations, source);
  const state = new CatalogState(project.engine);
  await state.open(source);
  const applied = await state.applied(source);
  const names = new Map(migrations.map(({ version, name }) => [version, name]));
  const versions = [...new Set([...names.keys(), ...applied])].sort(compareVersions);
  const said = (is: boolean) => (is ? "Present" : "Not Present");
  const rows = versions.map((version) => {
    const here = said(names.has(version));
    return [version, names.get(version) ?? "-", here, said(applied.has(version))];
  });
  process.stdout.write(`\nDatabase: ${source}\n`);
  printTable(["VERSION", "NAME", "SOURCE STATUS", "DATABASE STATUS"], rows);
}
