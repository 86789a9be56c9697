import { statSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../validation/isObject";
import type { ProblemList } from "../validation/problems";
import { readMetadata } from "./readMetadata";
import { type Migration, readMigrations, readSeeds, type Seed } from "./readMigrations";
import { type SchemaFile, SchemaFolder, sha256 } from "./schemaFolder";

export type { Migration, Seed } from "./readMigrations";
export type { SchemaFile } from "./schemaFolder";

/** A database that the engine serves, with what belongs to it. */
export interface SchemaSource {
  name: string;
  /** As databases.yaml has it. */
  configuration: Record<string, unknown>;
  customization?: Record<string, unknown>;
  /** Sorted by version. */
  migrations: Migration[];
  /** Sorted by file. */
  seeds: Seed[];
}

/** A folder that is sound. */
export interface Schema {
  /** SHA-256 over the files, by path and content, hexadecimal. */
  digest: string;
  sources: SchemaSource[];
  /** The document that the CLI sends in replace_metadata, but for the types of actions, which its helper takes from actions.graphql. */
  metadata: Record<string, unknown>;
  /** What is uploaded: the files that count, by path within the folder. */
  files: SchemaFile[];
}

/**
 * Reads and judges a whole folder, and reports all problems at once.
 * The path is relative to `base`, by default to the folder of the process. `env` names the variables that the stack gives to its
 * engine; undefined where they are not known.
 */
export function readSchema(
  path: string,
  env: readonly string[] | undefined,
  problems: ProblemList,
  base = "",
): Schema | undefined {
  const found = statSync(join(base, path), { throwIfNoEntry: false });
  if (!found?.isDirectory()) {
    const what = found === undefined ? "is missing" : "is a file";
    const reason = `${JSON.stringify(path)} ${what}; allowed: a folder as "hasura init" makes it; add the folder or correct the path`;
    problems.add("schema.path", reason);
    return undefined;
  }
  const before = problems.size;
  const folder = new SchemaFolder(path, problems, base);
  checkConfig(folder);
  const metadata = readMetadata(folder, env);
  const names = metadata?.sources.map(({ name }) => name);
  const migrations = readMigrations(folder, names);
  const seeds = readSeeds(folder, names);
  if (metadata === undefined || problems.size > before) return undefined;
  const sources = metadata.sources.map(({ document: _document, ...source }) => ({
    ...source,
    migrations: migrations.get(source.name) ?? [],
    seeds: seeds.get(source.name) ?? [],
  }));
  return schemaOf(sources, metadata.document, uploaded(folder));
}

/** The same without seeds, which are for development. */
export function withoutSeeds({ sources, metadata, files }: Schema): Schema {
  return schemaOf(
    sources.map((source) => ({ ...source, seeds: [] })),
    metadata,
    files.filter(({ path }) => !path.startsWith("seeds/")),
  );
}

function schemaOf(
  sources: SchemaSource[],
  metadata: Record<string, unknown>,
  files: SchemaFile[],
): Schema {
  const digest = sha256(JSON.stringify(files.map(({ path, content }) => [path, content])));
  return { digest, sources, metadata, files };
}

const CONFIG = "config.yaml";
/** The user's may hold an address and an admin secret, which are not those of the stack. */
const OWN_CONFIG = "version: 3\n";

function uploaded(folder: SchemaFolder): SchemaFile[] {
  return folder.files.map((file) =>
    file.path === CONFIG ? { ...file, content: OWN_CONFIG } : file,
  );
}

function checkConfig(folder: SchemaFolder): void {
  const config = folder.yaml(CONFIG);
  if (config === undefined) return;
  const given = isObject(config) ? config : {};
  if (given.version !== 3) {
    folder.refuse(
      CONFIG,
      "is not of version 3; upgrade the folder by hasura scripts update-project-v3",
    );
  }
  for (const name of ["metadata", "migrations", "seeds"]) {
    const key = `${name}_directory`;
    const value = given[key] ?? name;
    if (`${value}`.replace(/^\.\/|\/$/g, "") === name) continue;
    const reason = `sets ${key} to ${JSON.stringify(value)}; allowed: ${name}; rename that folder and remove the key`;
    folder.refuse(CONFIG, reason);
  }
}
