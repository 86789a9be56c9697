import { isAbsolute, posix } from "node:path";
import { isObject } from "../validation/isObject";
import { leadsOut, type SchemaFolder } from "./schemaFolder";

/**
 * A value of the file at `path` with the content of the files that it includes; undefined in place of one that cannot be used, which
 * is reported. As in the CLI, a text with `!include` in it is an include, with the tag or without it.
 */
export function expandIncludes(
  folder: SchemaFolder,
  value: unknown,
  path: string,
  way: readonly string[] = [path],
): unknown {
  if (typeof value === "string") {
    if (!value.includes("!include")) return value;
    const target = targetOf(folder, value, path, way);
    if (target === undefined) return undefined;
    return expandIncludes(folder, folder.yaml(target), target, [...way, target]);
  }
  if (Array.isArray(value)) return value.map((item) => expandIncludes(folder, item, path, way));
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([name, child]) => [name, expandIncludes(folder, child, path, way)]),
  );
}

/** The file that a text names, relative to the file which it stands in. */
function targetOf(
  folder: SchemaFolder,
  text: string,
  from: string,
  way: readonly string[],
): string | undefined {
  const name = /^!include\s+(\S.*)$/.exec(text.trim())?.[1];
  if (name === undefined) {
    const reason = `has the text ${JSON.stringify(text.slice(0, 80))}, which Hasura takes for an include; allowed: !include and one file; write it without "!include"`;
    return folder.refuse(from, reason);
  }
  const path = posix.join(posix.dirname(from), name);
  const includes = `includes ${JSON.stringify(name)},`;
  if (isAbsolute(name) || leadsOut(path)) {
    return folder.refuse(from, `${includes} which is outside the folder; move the file into it`);
  }
  if (!name.endsWith(".yaml")) {
    return folder.refuse(
      from,
      `${includes} which Hasura does not read as YAML; allowed: files that end in .yaml; rename it`,
    );
  }
  if (way.includes(path)) {
    return folder.refuse(
      from,
      `${includes} which includes this file again; remove one of the two includes`,
    );
  }
  if (folder.has(path)) return path;
  return folder.refuse(from, `${includes} which is missing; add the file, or remove the include`);
}

/** Reports an include in a value in which the CLI does not look for any. */
export function refuseIncludes(folder: SchemaFolder, value: unknown, path: string): void {
  if (!holdsInclude(value)) return;
  const reason =
    "has an !include in a place where Hasura sends it as text; allowed: under tables and functions of a source; write the content itself";
  folder.refuse(path, reason);
}

function holdsInclude(value: unknown): boolean {
  if (typeof value === "string") return value.startsWith("!include ");
  if (typeof value !== "object" || value === null) return false;
  return Object.values(value).some(holdsInclude);
}
