import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure, type Given } from "./commandLine";
import type { Project } from "./project";
import { databaseOf, sourcesOf } from "./sources";

/** Sends the seeds of each database as one bulk, in which a file before a failing one stays applied. */
export async function seedApply(project: Project, given: Given): Promise<void> {
  const all = given.has("--all-databases");
  const chosen = all ? [] : [await databaseOf(project, given)];
  try {
    const found = await sourcesOf(project);
    for (const source of all ? found : chosen) {
      const files = sqlFiles(join(project.seeds, source), given.get("--file"));
      await project.engine.query(
        "bulk",
        files.map((sql) => ({ type: "run_sql", args: { sql, source } })),
      );
    }
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`operation failed \n${error.message}`);
  }
  project.log("info", "Seeds planted");
}

function sqlFiles(folder: string, names: string[] | undefined): string[] {
  const files = names?.map((name) => join(folder, name)) ?? filesBelow(folder);
  for (const file of names === undefined ? [] : files) {
    if (!isSql(file)) throw new Failure(`expected extension to be one of [.sql .SQL]: ${file}`);
  }
  const wanted = files.filter(isSql);
  if (wanted.length === 0) throw new Failure(`no SQL files found in ${folder}`);
  return wanted.map((file) => {
    try {
      return readFileSync(file, "utf8");
    } catch {
      throw new Failure(`error opening file: open ${file}: no such file or directory`);
    }
  });
}

const isSql = (file: string) => /\.(?:sql|SQL)$/.test(file);

function filesBelow(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name)).sort();
  } catch {
    throw new Failure(
      `error walking the directory path: lstat ${folder}: no such file or directory`,
    );
  }
}
