import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DEFAULT_SCHEMA, load, Type, YAMLException } from "js-yaml";
import { isJsonObject, type Json, type JsonObject } from "../hasura/json";
import { Failure, notInDouble } from "./commandLine";
import { codeOf } from "./project";

/** Read as the text that the CLI itself makes of the tag. */
const INCLUDE = new Type("!include", {
  kind: "scalar",
  construct: (path: unknown) => `!include ${path}`,
});
const SCHEMA = DEFAULT_SCHEMA.extend([INCLUDE]);

/** What the CLI knows of a source; other members are dropped in silence. */
const SOURCE_MEMBERS = [
  "name",
  "kind",
  "configuration",
  "query_tags",
  "customization",
  "health_check",
  "logical_models",
  "native_queries",
  "stored_procedures",
  "tables",
  "functions",
];

/** Optional files with the member each becomes, and what an empty one is sent as; undefined: it is not sent. */
const OPTIONAL: [file: string, member: string, empty: Json | undefined][] = [
  ["allow_list", "allowlist", []],
  ["cron_triggers", "cron_triggers", []],
  ["remote_schemas", "remote_schemas", []],
  ["query_collections", "query_collections", []],
  ["inherited_roles", "inherited_roles", []],
  ["rest_endpoints", "rest_endpoints", undefined],
  ["metrics_config", "metrics_config", undefined],
  ["network", "network", {}],
  ["api_limits", "api_limits", {}],
  ["opentelemetry", "opentelemetry", {}],
  ["backend_configs", "backend_configs", undefined],
  ["graphql_schema_introspection", "graphql_schema_introspection", { disabled_for_roles: [] }],
];

/** The document that the CLI makes of a metadata folder. @throws Failure naming the file. */
export function readMetadata(folder: string): JsonObject {
  refuseActions(folder);
  const document: JsonObject = { version: versionOf(folder) };
  const sources = readYaml(join(folder, "databases", "databases.yaml"));
  if (sources !== undefined) document.sources = sourcesIn(folder, sources);
  for (const [file, member, empty] of OPTIONAL) {
    const path = join(folder, `${file}.yaml`);
    const value = readYaml(path);
    if (value === null && file === "allow_list") throw new Failure(`error parsing ${path}: EOF`);
    const sent = value === null || isEmpty(value) ? empty : value;
    if (value !== undefined && sent !== undefined) document[member] = sent;
  }
  const sorted = Object.entries(document).sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted);
}

const isEmpty = (value: Json | undefined) =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;

/** Types of actions come from a helper of the CLI, cli-ext, which is not here. */
function refuseActions(folder: string): void {
  const path = join(folder, "actions.graphql");
  if ((readText(path) ?? "").trim() !== "") throw notInDouble(`the actions of ${path}`);
}

function versionOf(folder: string): Json {
  const file = readYaml(join(folder, "version.yaml"));
  return isJsonObject(file) ? (file.version ?? null) : null;
}

function sourcesIn(folder: string, value: Json): Json {
  const path = join(folder, "databases", "databases.yaml");
  if (value === null) return [];
  if (!Array.isArray(value) || !value.every(isJsonObject)) {
    throw new Failure(`error parsing ${path}: expected a list of databases`);
  }
  return value.map((source) => {
    const known = Object.entries(source).filter(([name]) => SOURCE_MEMBERS.includes(name));
    const entries = known.map(([name, member]): [string, Json] => {
      const includes = name === "tables" || name === "functions";
      return [name, includes ? included(member, path) : member];
    });
    return Object.fromEntries(entries);
  });
}

/** Puts in what every text names that holds `!include`, by the folder of the file that holds it. */
function included(value: Json, file: string): Json {
  if (Array.isArray(value)) return value.map((item) => included(item, file));
  if (isJsonObject(value)) {
    const entries = Object.entries(value).map(([key, item]) => [key, included(item, file)]);
    return Object.fromEntries(entries);
  }
  if (typeof value !== "string" || !value.includes("!include")) return value;
  const named = value.slice(value.indexOf("!include") + "!include".length).trim();
  const path = join(dirname(file), named);
  try {
    const text = readText(path);
    if (text === undefined) throw new Failure(`open ${path}: no such file or directory`);
    // Whatever else it is called, also .yml, is put in as it stands.
    return path.endsWith(".yaml") ? included(parseYaml(path, text), path) : text;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`${file}: ${error.message}`);
  }
}

function readYaml(path: string): Json | undefined {
  const text = readText(path);
  return text === undefined ? undefined : parseYaml(path, text);
}

function parseYaml(path: string, text: string): Json {
  try {
    return (load(text, { schema: SCHEMA }) ?? null) as Json;
  } catch (error) {
    if (!(error instanceof YAMLException)) throw error;
    throw new Failure(`error parsing ${path}: ${error.message}`);
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw new Failure(`open ${path}: ${codeOf(error)}`);
  }
}
