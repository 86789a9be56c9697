import { isAbsolute, posix } from "node:path";
import { isObject } from "../validation/isObject";
import { quoted } from "../validation/problems";
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
    const reason = `has the text ${quoted(text)}, which Hasura takes for an include; allowed: !include and one file; write it without "!include"`;
    return folder.refuse(from, reason);
  }
  const path = posix.join(posix.dirname(from), name);
  const includes = `includes ${quoted(name)},`;
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
    return folder.refuse(from, `${includes} which includes this file itself; remove one of both`);
  }
  if (folder.has(path)) return path;
  return folder.refuse(from, `${includes} which is missing; add the file, or remove the include`);
}
