import type { Problem } from "../validation/problems";
import { CONFIG_KEYS, type ConfigKey, ConfigKind } from "./configKeys";

type Json = string | number | boolean | string[] | Record<string, unknown>;

/** Nested arguments as they were configured, and what is wrong with the way they were written. */
export interface ConfigValues {
  args: Record<string, unknown>;
  problems: Problem[];
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function list(text: string): string[] | undefined {
  if (!text.trim().startsWith("[")) return text.split(",").map((item) => item.trim());
  const value = parsedJson(text);
  return isTexts(value) ? value : undefined;
}

function record(text: string): Record<string, unknown> | undefined {
  const value = parsedJson(text);
  const right = typeof value === "object" && value !== null && !Array.isArray(value);
  return right ? { ...value } : undefined;
}

const READERS: Record<ConfigKind, (text: string) => Json | undefined> = {
  [ConfigKind.Text]: (text) => text,
  [ConfigKind.Number]: (text) => (/^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined),
  [ConfigKind.Boolean]: (text) =>
    text === "true" || text === "false" ? text === "true" : undefined,
  [ConfigKind.List]: list,
  [ConfigKind.Record]: record,
};

const REMEDY: Record<ConfigKind, string> = {
  [ConfigKind.Text]: "text",
  [ConfigKind.Number]: "a number; write only digits",
  [ConfigKind.Boolean]: "true or false; write one of them",
  [ConfigKind.List]: `a list; write it as ["a","b"] or a,b`,
  [ConfigKind.Record]: `an object; write it as {"name":"value"}`,
};

function assign(args: Record<string, unknown>, argument: string, value: unknown): void {
  const parts = argument.split(".");
  let at = args;
  for (const part of parts.slice(0, -1)) {
    const inner = at[part];
    const next: Record<string, unknown> =
      typeof inner === "object" && inner !== null ? (inner as Record<string, unknown>) : {};
    at[part] = next;
    at = next;
  }
  at[parts[parts.length - 1] ?? argument] = value;
}

function unknownKeys(given: ReadonlyMap<string, string>): Problem[] {
  const known = new Set(CONFIG_KEYS.map(({ key }) => key));
  return [...given.keys()]
    .filter((key) => !known.has(key))
    .map((key) => {
      const near = [...known].find((name) => name.toLowerCase() === key.toLowerCase());
      const hint = near === undefined ? "see the table in the README" : `did you mean "${near}"?`;
      return {
        path: key,
        reason: `is not known; allowed: the keys of the program; remove or correct it (${hint})`,
      };
    });
}

/** Turns configuration texts into arguments; a text that cannot be read becomes a problem, never an exception. */
export function configValues(given: ReadonlyMap<string, string>): ConfigValues {
  const args: Record<string, unknown> = {};
  const problems = unknownKeys(given);
  for (const { key, argument, kind } of CONFIG_KEYS) {
    const text = given.get(key);
    if (text === undefined) continue;
    const value = READERS[kind](text);
    if (value === undefined) {
      problems.push({ path: key, reason: `cannot be read; allowed: ${REMEDY[kind]}` });
    } else {
      assign(args, argument, value);
    }
  }
  return { args, problems };
}

/** Arguments that several keys make up, by the key that is written first. */
const GROUPS: readonly [argument: string, key: string][] = [
  ["identity.signingKey", "signingKey"],
  ["template.signingKey", "templateSigningAlgorithm"],
  ["identity.header", "headerType"],
  ["postgres.external", "externalHost"],
];
/** Longest first, so that no argument is taken for one that it begins with. */
const NAMED = [
  ...CONFIG_KEYS.map(({ argument, key }): [string, string] => [argument, key]),
  ...GROUPS,
].sort(([left], [right]) => right.length - left.length);
const ARGUMENT = new RegExp(
  `(?<![\\w.])(?:${NAMED.map(([argument]) => argument.replaceAll(".", "\\.")).join("|")})(?!\\w)`,
  "g",
);

function withKeys(text: string): string {
  const keys = new Map(NAMED);
  return text.replace(ARGUMENT, (argument) => keys.get(argument) ?? argument);
}

/** The problem under the names of the stack's configuration: the key, and behind it the argument that it becomes. */
export function namedByKey({ path, reason }: Problem): Problem {
  const key = withKeys(path);
  return { path: key === path ? path : `${key}, ${path}`, reason: withKeys(reason) };
}

/** Keys whose values are secret. */
export function secretKeys(): ConfigKey[] {
  return CONFIG_KEYS.filter(({ secret }) => secret === true);
}
