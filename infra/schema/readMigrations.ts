import { type Entry, type SchemaFolder, sha256 } from "./schemaFolder";

/** A migration of one source. */
export interface Migration {
  source: string;
  /** Digits, without zeros before them. */
  version: string;
  name: string;
  /** Content of up.sql with LF line ends. */
  sql: string;
  /** SHA-256 of it, hexadecimal. */
  checksum: string;
}

/** A file of rows for development. */
export interface Seed {
  source: string;
  file: string;
  sql: string;
  checksum: string;
}

/** Hasura reads the version as a number of 64 bits (cli/migrate/source/parse.go), and so drops leading zeros. */
const NAME = /^(0|[1-9]\d{0,18})_([^\s\p{C}'"\\]+)$/u;
const NAME_REASON =
  "is not the name of a migration; allowed: a number without leading zeros, an underscore and a name without spaces and quotes, such as 1700000000000_create_todos; rename it";

/** Migrations by source. The folders must be those of `sources`, unless these are not known. */
export function readMigrations(
  folder: SchemaFolder,
  sources: readonly string[] | undefined,
): Map<string, Migration[]> {
  const found = sourceFolders(folder, "migrations", sources);
  for (const source of sources ?? []) {
    if (folder.has(`migrations/${source}`)) continue;
    const reason = `is missing, and Hasura requires it for the source ${JSON.stringify(source)}; add the folder, with an empty file .gitkeep where there is no migration`;
    folder.refuse(`migrations/${source}`, reason);
  }
  return new Map(found.map((source) => [source, migrationsOf(folder, source)]));
}

/** Seeds by source, in the order in which Hasura runs them. */
export function readSeeds(
  folder: SchemaFolder,
  sources: readonly string[] | undefined,
): Map<string, Seed[]> {
  const found = sourceFolders(folder, "seeds", sources);
  return new Map(found.map((source) => [source, seedsOf(folder, source)]));
}

/** Names of the folders that belong to sources; whatever else is there would be ignored by Hasura. */
function sourceFolders(
  folder: SchemaFolder,
  parent: string,
  sources: readonly string[] | undefined,
): string[] {
  const allowed = (sources ?? []).map((name) => `${parent}/${name}`).join(", ");
  return (folder.entries(parent) ?? []).flatMap(({ name, isFolder }) => {
    if (isFolder && (sources ?? [name]).includes(name)) return [name];
    const what = isFolder ? "is the folder of no source" : "is not in the folder of a source";
    const reason = `${what}, so Hasura ignores it; allowed: ${allowed || "one folder for each source"}; move or remove it`;
    folder.refuse(`${parent}/${name}`, reason);
    return [];
  });
}

function migrationsOf(folder: SchemaFolder, source: string): Migration[] {
  const at = `migrations/${source}`;
  const read = (folder.entries(at) ?? []).flatMap((entry) => migrationOf(folder, source, entry));
  const sorted = read.sort((one, other) => compareVersions(one.version, other.version));
  sorted.forEach(({ version, name }, index) => {
    const before = sorted[index - 1];
    if (before?.version !== version) return;
    const reason = `has the same version as ${version}_${before.name}; give one of them another version`;
    folder.refuse(`${at}/${version}_${name}`, reason);
  });
  return sorted;
}

function migrationOf(folder: SchemaFolder, source: string, entry: Entry): Migration[] {
  const at = `migrations/${source}/${entry.name}`;
  if (!entry.isFolder) {
    const reason =
      "is a file, which Hasura ignores; allowed: one folder with up.sql for each migration; move or remove it";
    folder.refuse(at, reason);
    return [];
  }
  const [, version, name] = NAME.exec(entry.name) ?? [];
  if (version === undefined || name === undefined) folder.refuse(at, NAME_REASON);
  const sql = folder.text(`${at}/up.sql`);
  if (sql === undefined) return [];
  if (isBlank(sql)) {
    const reason =
      "has no statement, so Hasura would skip the migration; write one, such as SELECT 1";
    folder.refuse(`${at}/up.sql`, reason);
  }
  if (version === undefined || name === undefined) return [];
  return [{ source, version, name, sql, checksum: sha256(sql) }];
}

function seedsOf(folder: SchemaFolder, source: string): Seed[] {
  return (folder.entries(`seeds/${source}`) ?? []).flatMap(({ name: file, isFolder }) => {
    const at = `seeds/${source}/${file}`;
    if (isFolder || !file.endsWith(".sql")) {
      folder.refuse(
        at,
        "is not a seed; allowed: files that end in .sql; rename, move or remove it",
      );
      return [];
    }
    const sql = folder.text(at);
    return sql === undefined ? [] : [{ source, file, sql, checksum: sha256(sql) }];
  });
}

/** The order of versions, which are numbers of any length. */
export function compareVersions(one: string, other: string): number {
  const [first, second] = [BigInt(one), BigInt(other)];
  if (first === second) return 0;
  return first < second ? -1 : 1;
}

function isBlank(sql: string): boolean {
  return /^[\s;]*$/.test(sql.replace(/\/\*[\s\S]*?\*\/|--.*$/gm, ""));
}
