import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Failure, notInDouble } from "./commandLine";
import { codeOf } from "./project";

/** `up` is absent where the folder has a down.sql only. */
export type MigrationFile = { version: string; name: string; up?: string };

const FOLDER = /^(\d+)_(.*)$/;

/** Migrations of a source by ascending version. Empty files and folders with another name are passed over in silence. */
export function readMigrations(folder: string, source: string): MigrationFile[] {
  const found = new Map<string, MigrationFile>();
  const ups = new Map<string, string>();
  for (const { name: folderName, path } of foldersOf(join(folder, source), source)) {
    const [, digits, name] = FOLDER.exec(folderName) ?? [];
    if (digits === undefined || name === undefined) continue;
    // The CLI reads it as a number: 0001 is recorded as 1.
    const version = String(BigInt(digits));
    for (const file of readdirSync(path)) {
      if (/^(?:up|down)\.yaml$/.test(file)) throw notInDouble(`a migration in YAML, ${file}`);
      const isUp = file === "up.sql";
      if ((!isUp && file !== "down.sql") || statSync(join(path, file)).size === 0) continue;
      const before = ups.get(version);
      if (isUp && before !== undefined) {
        const names = `${folderName}/up.sql - ${before}/up.sql`;
        throw new Failure(`found duplicate migrations for version ${version}\n- ${names}`);
      }
      const up = isUp ? { up: readFileSync(join(path, file), "utf8") } : {};
      if (isUp) ups.set(version, folderName);
      found.set(version, { version, name, ...found.get(version), ...up });
    }
  }
  return [...found.values()].sort((left, right) => compareVersions(left.version, right.version));
}

export function compareVersions(left: string, right: string): number {
  return BigInt(left) < BigInt(right) ? -1 : 1;
}

function foldersOf(folder: string, source: string): { name: string; path: string }[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const expected = `expected to find a migrations directory for database '${source}' in ${folder}`;
    throw new Failure(`${expected}, but encountered error: ${codeOf(error)}`);
  }
  const all = names.sort().map((name) => ({ name, path: join(folder, name) }));
  return all.filter(({ name, path }) => {
    if (statSync(path).isDirectory()) return true;
    if (/^\d+_.*\.(?:up|down)\.sql$/.test(name)) throw notInDouble("a migration without a folder");
    return false;
  });
}
