import { holdsSecret } from "../secrecy/credentials";
import { isObject } from "../validation/isObject";
import { quoted } from "../validation/problems";
import { kindOf } from "../validation/shape";
import { expandIncludes, refuseIncludes } from "./expandIncludes";
import type { SchemaFolder } from "./schemaFolder";

/** A source as databases.yaml has it. */
export interface SourceEntry {
  name: string;
  configuration: Record<string, unknown>;
  customization?: Record<string, unknown>;
  /** All of it, with what it includes. */
  document: Record<string, unknown>;
}

const FILE = "metadata/databases/databases.yaml";
/** The application's database, which every engine of a stack has. */
const OWN_DATABASE = "PG_DATABASE_URL";
/** Whatever else is there the CLI drops in silence. */
const KNOWN_KEYS = [
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

/** Reads the sources; undefined where their names cannot be told. */
export function readSources(
  folder: SchemaFolder,
  env: readonly string[] | undefined,
): SourceEntry[] | undefined {
  const content = folder.yaml(FILE);
  if (content === undefined) return undefined;
  if (!Array.isArray(content ?? [])) {
    return folder.refuse(FILE, `is ${kindOf(content)}; a list of sources is required`);
  }
  const given: unknown[] = Array.isArray(content) ? content : [];
  if (given.length === 0) {
    const reason = `lists no source, so Hasura would remove all of them; add one that reads ${OWN_DATABASE}`;
    return folder.refuse(FILE, reason);
  }
  const read = given.map((source, index) => readSource(folder, source, index, env));
  const sources = read.filter((source) => source !== undefined);
  const names = sources.map(({ name }) => name);
  for (const name of new Set(names.filter((one, index) => names.indexOf(one) !== index))) {
    folder.refuse(
      FILE,
      `lists the source ${JSON.stringify(name)} twice; rename or remove one of them`,
    );
  }
  return sources.length === read.length ? sources : undefined;
}

function readSource(
  folder: SchemaFolder,
  source: unknown,
  index: number,
  env: readonly string[] | undefined,
): SourceEntry | undefined {
  const at = `[${index}]`;
  if (!isObject(source)) {
    return folder.refuse(FILE, `${at} is ${kindOf(source)}; an object is required`);
  }
  const { name, configuration, customization } = source;
  if (typeof name !== "string" || !/^[^./\\][^/\\]*$/.test(name)) {
    const reason = `has no usable name at ${at}; allowed: a text without slashes that does not begin with a dot; name the source like its folder in migrations`;
    return folder.refuse(FILE, reason);
  }
  const refuse = (reason: string) =>
    folder.refuse(FILE, `source ${JSON.stringify(name)} ${reason}`);
  checkKeys(source, refuse);
  const { tables, functions, ...others } = source;
  refuseIncludes(folder, others, FILE);
  const document = {
    ...others,
    ...("tables" in source && { tables: checkList(folder, tables, "tables", refuse) }),
    ...("functions" in source && { functions: checkList(folder, functions, "functions", refuse) }),
  };
  checkTables("tables" in document ? document.tables : [], refuse);
  if (!isObject(configuration) || !isObject(configuration.connection_info)) {
    refuse(`has no configuration.connection_info; add one that reads ${OWN_DATABASE}`);
    return { name, configuration: {}, document };
  }
  checkConfiguration(configuration, env, refuse);
  return {
    name,
    configuration,
    ...(isObject(customization) && { customization }),
    document,
  };
}

type Refuse = (reason: string) => void;

function checkKeys(source: Record<string, unknown>, refuse: Refuse): void {
  for (const key of Object.keys(source).filter((one) => !KNOWN_KEYS.includes(one))) {
    refuse(
      `has the unknown key ${JSON.stringify(key)}, which Hasura drops; allowed: ${KNOWN_KEYS.join(", ")}; correct or remove it`,
    );
  }
  const { kind = "postgres" } = source;
  if (kind === "postgres") return;
  refuse(`is of kind ${JSON.stringify(kind)}; allowed: postgres; remove it`);
}

function checkList(folder: SchemaFolder, value: unknown, key: string, refuse: Refuse): unknown {
  const expanded = expandIncludes(folder, value, FILE);
  if (expanded !== undefined && !Array.isArray(expanded ?? [])) {
    refuse(`has ${kindOf(expanded)} as ${key}; a list is required`);
  }
  return expanded;
}

function checkTables(tables: unknown, refuse: Refuse): void {
  const seen = new Set<string>();
  (Array.isArray(tables) ? tables : []).forEach((entry: unknown, index) => {
    if (entry === undefined) return;
    const name = tableName(isObject(entry) ? entry.table : undefined);
    if (name === undefined) {
      refuse(`has no table name in tables[${index}]; write table: { schema, name }`);
    } else if (seen.has(name)) {
      refuse(`lists the table ${JSON.stringify(name)} twice; remove one of them`);
    } else {
      seen.add(name);
    }
  });
}

/** A table by its schema and name; one given as a text alone is in the schema public. */
function tableName(table: unknown): string | undefined {
  if (typeof table === "string") return `public.${table}`;
  if (!isObject(table) || typeof table.name !== "string") return undefined;
  return `${table.schema ?? "public"}.${table.name}`;
}

/** Judges where a source connects to, at any depth: replicas, parameters and certificates are given in the same ways. */
function checkConfiguration(
  value: Record<string, unknown>,
  env: readonly string[] | undefined,
  refuse: Refuse,
): void {
  for (const [key, child] of Object.entries(value)) {
    if (typeof child === "string") {
      const reason = key === "from_env" ? variableProblem(child, env) : literalProblem(key, child);
      if (reason !== undefined) refuse(reason);
    } else if (typeof child === "object" && child !== null) {
      checkConfiguration(child as Record<string, unknown>, env, refuse);
    }
  }
}

function literalProblem(key: string, value: string): string | undefined {
  if (key !== "password" && !holdsSecret(value)) return undefined;
  return `has a password in ${key} (not shown); allowed: from_env; put the whole address into a variable of hasura.env, or use ${OWN_DATABASE}`;
}

function variableProblem(name: string, env: readonly string[] | undefined): string | undefined {
  const own = `write ${OWN_DATABASE}, which is the stack's own database`;
  // Somebody may have written the address itself.
  if (!/^[A-Z_]\w*$/i.test(name)) {
    return `has ${quoted(name)} as from_env; allowed: the name of a variable; ${own}`;
  }
  if (env === undefined || name === OWN_DATABASE || env.includes(name)) return undefined;
  const remedy = name.startsWith("HASURA_") ? own : `${own}, or set hasura.env.${name}`;
  const allowed = [OWN_DATABASE, ...env].join(", ");
  return `reads the variable ${name}, which the engine does not have; allowed: ${allowed}; ${remedy}`;
}
