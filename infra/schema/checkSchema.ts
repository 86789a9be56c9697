import { realpathSync } from "node:fs";
import { isAbsolute, join, normalize, relative } from "node:path";
import type { ProblemList } from "../validation/problems";
import { image, number } from "../validation/rules";
import { type Fields, group, judged, list, plain, sound, text } from "../validation/shape";
import { readSchema, type Schema, withoutSeeds } from "./readSchema";
import { CLI_VARIANT } from "./schemaArgs";
import { leadsOut } from "./schemaFolder";

/** What the schema of a stack is set to. */
export interface SchemaSettings {
  /** As it is written. */
  path: string;
  folder: Schema;
  accept: string[];
  timeoutSeconds: number;
}

/** What the rest of a stack says that a schema depends on. */
export interface SchemaStack {
  /** Folder of the program's Pulumi.yaml, which the path is relative to; empty for the folder of the process. */
  base: string;
  /** Undefined for an engine elsewhere. */
  engineImage: string | undefined;
  /** Variables that the stack gives to its engine; undefined where they are not known. */
  env: readonly string[] | undefined;
  /** Whether seeds are wanted. */
  seeds: boolean;
  /** What is said besides of an engine elsewhere. Default: nothing. */
  more?: Fields;
}

const DEFAULT_TIMEOUT = 900;

function pathWithin(base: string) {
  return sound(text, (given) => {
    const remedy = "move the folder into the program's, and name it like hasura";
    if (isAbsolute(given) || leadsOut(normalize(given)) || isLinkOut(base, given)) {
      return `${JSON.stringify(given)} is outside the program's folder, so other machines would not have it; allowed: a relative path within it; ${remedy}`;
    }
    if (normalize(given).replace(/\/$/, "") !== ".") return undefined;
    return `${JSON.stringify(given)} is the program's folder itself; allowed: a folder within it; ${remedy}`;
  });
}

function isLinkOut(base: string, given: string): boolean {
  try {
    return leadsOut(relative(realpathSync(base || "."), realpathSync(join(base, given))));
  } catch {
    // That it is missing is said by whoever reads it.
    return false;
  }
}

const accept = judged(list(text), (versions, at, problems) => {
  versions.forEach((version, index) => {
    if (/^\d{1,19}$/.test(version)) return;
    problems.add(
      `${at}[${index}]`,
      `${JSON.stringify(version)} is not a version; allowed: the number that the migration's folder begins with; correct it`,
    );
  });
});

function fieldsFrom(base: string) {
  return {
    path: plain(pathWithin(base)),
    image,
    accept: plain(accept),
    timeoutSeconds: plain(number({ min: 30, max: 86400, unit: "seconds" })),
  };
}

/** Settles the schema's arguments, and reads and judges its folder; undefined where something is wrong. */
export function settleSchema(
  raw: unknown,
  stack: SchemaStack,
  problems: ProblemList,
): SchemaSettings | undefined {
  const before = problems.size;
  const fields = { ...fieldsFrom(stack.base), ...stack.more };
  const given = group(fields, ["path"], "name the folder")(raw, "schema", problems);
  if (given?.path === undefined) return undefined;
  const folder = readSchema(given.path, stack.env, problems, stack.base);
  if (!problems.isLeftOut("schema.image")) jobImage(given.image, stack.engineImage, problems);
  if (folder === undefined || problems.size > before) return undefined;
  return {
    path: given.path,
    folder: stack.seeds ? folder : withoutSeeds(folder),
    accept: given.accept ?? [],
    timeoutSeconds: given.timeoutSeconds ?? DEFAULT_TIMEOUT,
  };
}

/** The image with the CLI of the engine's own release, for what is said of it once that is known. */
export function jobImage(
  own: string | undefined,
  engineImage: string | undefined,
  problems: ProblemList,
): string | undefined {
  if (own !== undefined) return image(own, "schema.image", problems);
  const [reference = ""] = engineImage?.split("@") ?? [];
  if (reference.endsWith(CLI_VARIANT)) return reference;
  if (/:[^:/]+$/.test(reference)) return `${reference}${CLI_VARIANT}`;
  const why =
    engineImage === undefined
      ? "the release of a project is not known here"
      : "hasura.image has no tag that it could follow from";
  const reason = `is missing, and ${why}; set it to the image of the same release whose tag ends in ${CLI_VARIANT}`;
  problems.add("schema.image", reason);
  return undefined;
}
