import type { ExamineOptions } from "../../infra/doctor/subject";
import { configIn, stackFileName, yamlIn } from "../../infra/program/stackFile";
import { readSchema, type Schema } from "../../infra/schema/readSchema";
import { isObject } from "../../infra/validation/isObject";
import { ProblemList, type Result } from "../../infra/validation/problems";

/** The schema that a checkout has for a stack; undefined where the stack's settings name none. */
export function stackSchema(root: string, stack: string): Result<Schema> | undefined {
  const { name } = yamlIn(root, "Pulumi.yaml");
  const schema = configIn(root, stackFileName(stack))[`${name}:schema`];
  if (!isObject(schema) || typeof schema.path !== "string") return undefined;
  const problems = new ProblemList();
  const found = readSchema(schema.path, undefined, problems, root);
  return found === undefined ? { problems: problems.list() } : { value: found };
}

/** What the doctor compares with the engine: the migrations of a schema, if there is one. */
export function migrationsOf(
  schema: Result<Schema> | undefined,
): Pick<ExamineOptions, "migrations"> {
  if (schema === undefined) return {};
  if (schema.problems !== undefined) {
    const { length } = schema.problems;
    const unread = `the folder of the schema has ${length === 1 ? "a problem" : `${length} problems`}`;
    return { migrations: { bySource: {}, unread } };
  }
  const bySource = schema.value.sources.map(({ name, migrations }): [string, string[]] => [
    name,
    migrations.map((migration) => `${migration.version}_${migration.name}`),
  ]);
  return { migrations: { bySource: Object.fromEntries(bySource) } };
}
