import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { readSchema, type Schema } from "../../../infra/schema/readSchema";
import { ProblemList } from "../../../infra/validation/problems";

/** Files by path; null removes one. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

/** What is wrong, the files that make it so, and the start of the one line that they must give. */
export type BadFolder = [what: string, changes: Files, line: string];

export const DATABASES = "metadata/databases/databases.yaml";
export const TABLES = "metadata/databases/default/tables/tables.yaml";
export const TODOS = "metadata/databases/default/tables/public_todos.yaml";
export const UP = "migrations/default/1700000000000_create_todos/up.sql";

/** One source with one table, as the CLI writes them. */
export const SOUND: Files = {
  "config.yaml": "version: 3\nendpoint: http://localhost:8080\nmetadata_directory: metadata\n",
  "metadata/version.yaml": "version: 3\n",
  [DATABASES]: databases('tables: "!include default/tables/tables.yaml"'),
  [TABLES]: '- "!include public_todos.yaml"\n',
  [TODOS]: "table:\n  name: todos\n  schema: public\n",
  [UP]: "CREATE TABLE todos (id bigint PRIMARY KEY);\n",
};

/** A source by its lines below the name. */
export function source(name: string, line: string, url = "from_env: PG_DATABASE_URL"): string {
  return `- name: ${name}\n  kind: postgres\n  configuration:\n    connection_info:\n      database_url:\n        ${url}\n  ${line}\n`;
}

/** The file of sources with one called default. */
export function databases(line: string): string {
  return source("default", line);
}

const ALL = mkdtempSync(join(tmpdir(), "clerk-hasura-schema-"));
process.once("exit", () => rmSync(ALL, { recursive: true, force: true }));

/** Makes a folder that goes with the process. */
export function madeFolder(changes: Files = {}): string {
  const root = mkdtempSync(join(ALL, "hasura-"));
  for (const [path, content] of Object.entries({ ...SOUND, ...changes })) {
    if (content === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

/** What is read of a folder, and what is said of it, a line each, by paths within it. */
export function reading(
  root: string,
  env: readonly string[] | undefined = [],
): { schema: Schema | undefined; lines: string[] } {
  const problems = new ProblemList();
  const schema = readSchema(root, env, problems);
  const lines = problems.list().map(({ path, reason }) => `${path}: ${reason}`);
  return { schema, lines: lines.map((line) => line.replaceAll(`${root}/`, "")) };
}

/** The schema of a folder that must be sound. */
export function soundSchema(changes: Files = {}): Schema {
  const { schema, lines } = reading(madeFolder(changes));
  if (schema === undefined) throw new Error(lines.join("\n"));
  return schema;
}
