import { isObject } from "../validation/isObject";
import { kindOf } from "../validation/shape";
import { refuseIncludes } from "./expandIncludes";
import { readActions } from "./readActions";
import { readSources, type SourceEntry } from "./readSources";
import type { SchemaFolder } from "./schemaFolder";

/** What the metadata folder says. */
export interface Metadata {
  sources: SourceEntry[];
  document: Record<string, unknown>;
}

/** A file of the metadata folder. */
interface Part {
  file: string;
  /** Key in the document. Default: the name of the file. */
  key?: string;
  list: boolean;
  /** What an empty file comes to; without it the key is not sent. */
  empty?: unknown;
}

/** As the CLI reads them (cli/internal/metadataobject); what is not there is emptied in the engine. */
const PARTS: readonly Part[] = [
  { file: "allow_list", key: "allowlist", list: true, empty: [] },
  { file: "cron_triggers", list: true, empty: [] },
  { file: "remote_schemas", list: true, empty: [] },
  { file: "query_collections", list: true, empty: [] },
  { file: "inherited_roles", list: true, empty: [] },
  { file: "rest_endpoints", list: true },
  { file: "network", list: false, empty: {} },
  { file: "api_limits", list: false, empty: {} },
  { file: "opentelemetry", list: false, empty: {} },
  { file: "metrics_config", list: false },
  { file: "backend_configs", list: false },
  {
    file: "graphql_schema_introspection",
    list: false,
    empty: { disabled_for_roles: [] },
  },
];

/** Reads the folder `metadata`; undefined where its sources cannot be told. */
export function readMetadata(
  folder: SchemaFolder,
  env: readonly string[] | undefined,
): Metadata | undefined {
  checkVersion(folder);
  const sources = readSources(folder, env);
  const parts = PARTS.flatMap((part) => partOf(folder, part));
  const actions = readActions(folder);
  if (sources === undefined) return undefined;
  const document = {
    version: 3,
    sources: sources.map(({ document: source }) => source),
    ...Object.fromEntries(parts),
    ...actions,
  };
  return { sources, document };
}

function checkVersion(folder: SchemaFolder): void {
  const path = "metadata/version.yaml";
  const content = folder.yaml(path);
  if (content === undefined || (isObject(content) && content.version === 3)) return;
  folder.refuse(
    path,
    "is not of version 3; upgrade the folder by hasura scripts update-project-v3",
  );
}

function partOf(
  folder: SchemaFolder,
  { file, key = file, list, empty }: Part,
): [string, unknown][] {
  const path = `metadata/${file}.yaml`;
  const content = folder.has(path) ? folder.yaml(path) : undefined;
  if (content === undefined) return [];
  // The CLI cannot read this one without content, seen with its release of May 2026.
  if (content === null && file === "allow_list") {
    folder.refuse(path, "is empty; write [], or remove the file");
  } else if (content !== null && list !== Array.isArray(content)) {
    folder.refuse(path, `is ${kindOf(content)}; ${list ? "a list" : "an object"} is required`);
  }
  refuseIncludes(folder, content, path);
  const isEmpty = content === null || Object.keys(content).length === 0;
  const value = isEmpty ? empty : content;
  return value === undefined ? [] : [[key, value]];
}
