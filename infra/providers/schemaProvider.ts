import type { dynamic } from "@pulumi/pulumi";
import { RemoteError, remoteError } from "../http/remoteError";
import { judgeSql } from "../schema/judgeSql";
import { type AppliedMigration, judgeHistory, migrationName } from "../schema/planMigrations";
import { readSchema, type Schema, withoutSeeds } from "../schema/readSchema";
import type { Right } from "../schema/right";
import { type Problem, ProblemList } from "../validation/problems";
import type { ContainerPlan } from "./schemaContainer";
import { problemsError } from "./schemaFailure";
import { SchemaJob } from "./schemaJob";
import { lookAtSchema, withSchemaTools } from "./schemaRun";

/** What the schema resource is made of; never the content of a file. */
export interface SchemaInputs extends ContainerPlan {
  /** The schema's folder, from `base`. */
  path: string;
  /** Folder of Pulumi.yaml, from where the program runs. */
  base: string;
  /** SHA-256 over the files that matter. */
  digest: string;
  /** Checksums by `source/version_name`, with what is lost: `sha256:0123456789ab; loses data: drops table public.users`. */
  migrations: Record<string, string>;
  /** Who may do what by the metadata, for the report. */
  rights: Right[];
  accept: string[];
  /** Whether seeds run. */
  seeds: boolean;
  /** Role that owns what migrations create. Default: the engine's own. */
  ownerRole?: string | null;
  /** Whether the engine's own role may alter what the owner's migrations made. */
  engineAlters: boolean;
  adminSecret: string;
  /** Ids whose change makes the job run again. */
  triggers: string[];
}

/** The inputs and what is applied. */
export interface SchemaOutputs extends SchemaInputs {
  /** Checksums of applied migrations by `source/version_name`. */
  applied: Record<string, string>;
}

const COMPARED = [
  "path",
  "base",
  "digest",
  "image",
  "endpoint",
  "seeds",
  "ownerRole",
  "triggers",
] as const satisfies readonly (keyof SchemaInputs)[];

/** Applies the schema's folder when it or the engine changes; a preview runs nothing and names what would not be applied. */
export const schemaProvider = {
  async check(olds, news) {
    const marked = olds.digest === news.digest ? olds.migrations : undefined;
    if (marked !== undefined) return { inputs: { ...news, migrations: marked } };
    const problems = new ProblemList();
    const schema = folderOf(news, problems);
    const migrations = schema && (await withLosses(schema, news.migrations, problems));
    const failures = problems.list().map(({ path, reason }) => ({
      property: "path",
      reason: `${path}: ${reason}`,
    }));
    return { inputs: { ...news, ...(migrations && { migrations }) }, failures };
  },

  async diff(_id, olds, news) {
    // A refresh compares what it found with the files of the last update, which a killed job may be ahead of.
    const problems = olds.digest === news.digest ? [] : historyProblems(olds, news);
    if (problems.length > 0) throw problemsError(problems);
    const changes =
      COMPARED.some((name) => JSON.stringify(olds[name]) !== JSON.stringify(news[name])) ||
      pendingOf(olds, news).length > 0;
    return { changes };
  },

  async create(inputs) {
    return { id: "schema", outs: await apply(inputs, {}) };
  },

  async update(_id, olds, news) {
    return { outs: await apply(news, olds.applied) };
  },

  async read(id, props) {
    if (props === undefined)
      throw remoteError(`The schema of ${id} cannot be imported; an update applies it anyway`);
    return { id, props: { ...props, applied: await lookAtSchema(props, props) } };
  },

  async delete() {
    // What was applied stays with the data.
  },
} satisfies dynamic.ResourceProvider<SchemaInputs, SchemaOutputs>;

/** The checksums with what each migration loses, and every problem of its SQL. */
async function withLosses(
  schema: Schema,
  checksums: Record<string, string>,
  problems: ProblemList,
): Promise<Record<string, string>> {
  const marked = { ...checksums };
  for (const { source, file, sql } of schema.sources.flatMap(({ seeds }) => seeds)) {
    problems.valueOrCollect(await judgedSql(`seeds/${source}/${file}`, sql));
  }
  for (const migration of schema.sources.flatMap(({ migrations }) => migrations)) {
    const key = `${migration.source}/${migrationName(migration)}`;
    const facts = problems.valueOrCollect(
      await judgedSql(`migrations/${key}/up.sql`, migration.sql),
    );
    if (!facts || facts.losses.length === 0) continue;
    marked[key] = `${checksums[key]}; loses data: ${facts.losses.join(", ")}`;
  }
  return marked;
}

async function judgedSql(file: string, sql: string) {
  const { value, problems = [] } = await judgeSql(sql);
  if (value !== undefined) return { value };
  const placed = problems.map(({ path, reason }) => ({
    path: [file, path].filter((it) => it !== "").join(", "),
    reason,
  }));
  return { problems: placed };
}

/** What a state remembers of a source's migrations. */
function rememberedOf(checksums: Record<string, string>): Map<string, AppliedMigration[]> {
  const bySource = new Map<string, AppliedMigration[]>();
  for (const [key, text] of Object.entries(checksums)) {
    const [source = "", folder = ""] = key.split("/");
    const [, version = "0", name = ""] = /^(\d+)_(.*)$/.exec(folder) ?? [];
    const [checksum = ""] = text.split(";");
    bySource.set(source, [...(bySource.get(source) ?? []), { version, name, checksum }]);
  }
  return bySource;
}

function historyProblems(
  { applied = {} }: SchemaOutputs,
  { migrations, accept }: SchemaInputs,
): readonly Problem[] {
  const problems = new ProblemList();
  const files = rememberedOf(migrations);
  for (const [source, done] of rememberedOf(applied)) {
    // A source that left the folder is no longer migrated.
    const present = files.get(source);
    if (present !== undefined) judgeHistory(source, present, done, accept, problems);
  }
  return problems.list();
}

/** Migrations of the folder that are not applied as they are. */
function pendingOf({ applied = {} }: SchemaOutputs, { migrations }: SchemaInputs): string[] {
  return Object.keys(migrations).filter((key) => applied[key] !== migrations[key]?.split(";")[0]);
}

async function apply(
  inputs: SchemaInputs,
  appliedBefore: Record<string, string>,
): Promise<SchemaOutputs> {
  const schema = demandSchema(inputs);
  const { accept, seeds, ownerRole, engineAlters, adminSecret } = inputs;
  try {
    const applied = await withSchemaTools(inputs, inputs, schema, (tools) =>
      new SchemaJob(tools, schema, {
        accept,
        seeds,
        ownerRole: ownerRole ?? undefined,
        engineAlters,
        appliedBefore,
      }).run(),
    );
    return { ...inputs, applied };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw remoteError(error.message, [adminSecret]);
  }
}

/** The folder once more, which has to be the one that the update began with. */
function demandSchema(inputs: SchemaInputs): Schema {
  const problems = new ProblemList();
  const schema = folderOf(inputs, problems);
  if (problems.size > 0) throw problemsError(problems.list());
  if (schema?.digest === inputs.digest) return schema;
  throw remoteError(
    `The files in ${inputs.path} changed while the update ran; nothing was applied; run the update again`,
  );
}

function folderOf({ path, base, seeds }: SchemaInputs, problems: ProblemList): Schema | undefined {
  // The component has judged the variables that sources name.
  const schema = readSchema(path, undefined, problems, base);
  return schema && !seeds ? withoutSeeds(schema) : schema;
}
