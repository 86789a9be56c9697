import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Folder of the schema within a test's checkout, beside the example's. */
export const SCHEMA_PATH = "schema";

const TODOS = `- table: {schema: public, name: todos}
  select_permissions:
    - role: user
      permission: {columns: [id, title], filter: {}}
`;
const FILES: Record<string, string> = {
  "config.yaml": "version: 3\n",
  "metadata/version.yaml": "version: 3\n",
  "metadata/databases/databases.yaml": `- name: default
  kind: postgres
  configuration:
    connection_info:
      database_url:
        from_env: PG_DATABASE_URL
  tables: "!include tables.yaml"
`,
  "metadata/databases/tables.yaml": TODOS,
  "migrations/default/1_create_todos/up.sql":
    "create table todos (id int primary key, title text not null);\ninsert into todos values (1, 'first');\n",
};

/** A schema's folder in a checkout, with one table that the role `user` may read. */
export class SchemaFolder {
  private readonly folder: string;

  constructor(checkout: string) {
    this.folder = join(checkout, SCHEMA_PATH);
    for (const [path, content] of Object.entries(FILES)) this.write(path, content);
  }

  write(path: string, content: string): void {
    const file = join(this.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  /** Writes a migration, given as `version_name`. */
  migrate(name: string, sql: string): void {
    this.write(`migrations/default/${name}/up.sql`, sql);
  }

  /** Removes a migration. */
  remove(name: string): void {
    rmSync(join(this.folder, "migrations/default", name), { recursive: true });
  }

  /** Writes the tables of the metadata: `todos` and these. */
  track(more = ""): void {
    this.write("metadata/databases/tables.yaml", TODOS + more);
  }
}
