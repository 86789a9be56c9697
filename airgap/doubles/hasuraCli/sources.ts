import { isJsonObject } from "../hasura/json";
import { Failure, type Given, notInDouble } from "./commandLine";
import type { Project } from "./project";

/** Names of the engine's sources, in its order. */
export async function sourcesOf({ engine }: Project): Promise<string[]> {
  const { sources } = await engine.exportMetadata();
  if (!Array.isArray(sources)) return [];
  return sources.flatMap((source) => {
    if (!isJsonObject(source)) return [];
    if (source.kind !== "postgres") throw notInDouble(`the kind of source "${source.kind}"`);
    return typeof source.name === "string" ? [source.name] : [];
  });
}

/** @throws Failure where the flag is missing or the engine does not have the database. */
export async function databaseOf(project: Project, given: Given): Promise<string> {
  const name = given.get("--database-name")?.at(-1);
  if (name === undefined) throw new Failure("--database-name flag is required");
  if ((await sourcesOf(project)).includes(name)) return name;
  throw new Failure(
    `database not found: error determining database kind for '${name}', check if database exists on hasura`,
  );
}
