import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Bench, timed } from "./bench";
import { type Group, median, type Series } from "./measure";
import { benchConfig } from "./noOp";
import { newProject, type Project } from "./project";

const FILES = 100;
const METADATA: Record<string, string> = {
  "config.yaml": "version: 3\n",
  "metadata/version.yaml": "version: 3\n",
  "metadata/databases/databases.yaml": `- name: default
  kind: postgres
  configuration: {connection_info: {database_url: {from_env: PG_DATABASE_URL}}}
  tables: []
`,
};

/** What a migration of a real project does: a table, an index and rows. */
const sqlOf = (table: string) => `create table ${table} (
  id bigint generated always as identity primary key,
  user_id text not null,
  title text not null default '',
  created_at timestamptz not null default now()
);
create index on ${table} (user_id, created_at desc);
comment on table ${table} is 'Made by a measurement';
insert into ${table} (user_id) select 'user_' || i from generate_series(1, 100) i;
`;

async function write(folder: string, files: Record<string, string>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path);
    await mkdir(join(file, ".."), { recursive: true });
    await writeFile(file, content);
  }
}

/** Adds migrations to a project's folder, each later than all before it. */
function migrationsOf(project: Project) {
  let version = 0;
  return async (count: number) => {
    const files: Record<string, string> = {};
    for (let left = count; left > 0; left -= 1) {
      version += 1;
      files[`migrations/default/${version}_more/up.sql`] = sqlOf(`more_${version}`);
    }
    await write(join(project.directory, "hasura"), files);
  };
}

/** Runs as many files with `psql` in the server's container, one process and one transaction each. */
function psqlOf(bench: Bench, container: string) {
  let round = 0;
  return async () => {
    round += 1;
    const files = Array.from({ length: FILES }, (_, at) => `p${round}_${at}`);
    const folder = join(bench.directory, `psql-${round}`);
    await write(folder, Object.fromEntries(files.map((it) => [`${it}.sql`, sqlOf(it)])));
    await bench.run("docker", ["cp", folder, `${container}:/tmp/`]);
    const each = `for file in /tmp/psql-${round}/*.sql; do psql -U postgres -d app -Xq1 -v ON_ERROR_STOP=1 -f "$file" || exit 1; done`;
    return timed(() => bench.run("docker", ["exec", container, "bash", "-c", each]));
  };
}

/** Compares the schema's job with `psql` on the same SQL. */
export async function schemaGroup(bench: Bench): Promise<Group> {
  const config = { ...(await benchConfig()), schema: { path: "hasura" } };
  const stack = bench.uniqueName();
  const project = await newProject(bench, { stack, config });
  const migrate = migrationsOf(project);
  await write(join(project.directory, "hasura"), METADATA);
  await migrate(1);
  bench.say("bringing up the stack whose schema is measured");
  const up = () => project.pulumi(["up", "--yes", "--skip-preview"]);
  await up();
  const update = (count: number) => async () => {
    await migrate(count);
    return timed(up);
  };
  const container = `clerk-hasura-${stack}-backend-postgres`;
  const series: Series[] = [
    { name: `\`psql\`, ${FILES} files`, run: psqlOf(bench, container) },
    { name: "`pulumi up`, 1 new migration", run: update(1) },
    { name: `\`pulumi up\`, ${FILES + 1} new migrations`, run: update(FILES + 1) },
  ];
  const { rows, samples } = await bench.compare(series, bench.quick ? 1 : 5);
  const [psql = [], one = [], all = []] = samples;
  const ratios = all.map((it, round) => (it - (one[round] ?? 0)) / (psql[round] ?? Number.NaN));
  return {
    title: `${FILES} migrations`,
    rows,
    notes: [
      `${FILES} migrations, which is the difference of the two updates, against \`psql\`: ${median(ratios).toFixed(2)}x. The update itself is Pulumi, the step that gives rights, and the job's container.`,
    ],
  };
}
