import { isJsonObject, type Json } from "./json";

export type JsonPath = (string | number)[];

type Step = { element: string | number; length: number };

function nextStep(rest: string, first: boolean): Step | undefined {
  const name = (first ? /^\.?([A-Za-z_][\w-]*)/ : /^\.([A-Za-z_][\w-]*)/).exec(rest);
  if (name?.[1] !== undefined) return { element: name[1], length: name[0].length };
  const index = /^\[(\d+)\]/.exec(rest);
  if (index?.[1] !== undefined) return { element: Number(index[1]), length: index[0].length };
  const quoted = /^\[(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')\]/.exec(rest);
  const text = quoted?.[1] ?? quoted?.[2];
  if (quoted === null || text === undefined) return undefined;
  return { element: text.replace(/\\(.)/g, "$1"), length: quoted[0].length };
}

/**
 * Parses Hasura's JSON path: optional `$`, then names, `[0]`, `["x"]` or `['x']`.
 * Returns the reason as a string when the text does not parse (module Data.Parser.JSONPath).
 */
export function parseJsonPath(text: string): JsonPath | string {
  const path: JsonPath = [];
  let rest = text.startsWith("$") ? text.slice(1) : text;
  const bare = !text.startsWith("$");
  while (rest !== "") {
    const step = nextStep(rest, bare && path.length === 0);
    if (step === undefined) return badPath(text);
    path.push(step.element);
    rest = rest.slice(step.length);
  }
  return text === "" ? badPath(text) : path;
}

function badPath(text: string): string {
  const allowed = "Accept letters, digits, underscore (_) or hyphen (-) only";
  const remedy = 'Use quotes enclosed in bracket (["..."]) if there is any special character';
  return `${text}. ${allowed}. ${remedy}`;
}

export function evaluateJsonPath(path: JsonPath, root: Json): Json | undefined {
  let value: Json | undefined = root;
  for (const element of path) {
    if (typeof element === "number" && Array.isArray(value)) value = value[element];
    else if (isJsonObject(value) && Object.hasOwn(value, element)) value = value[element];
    else return undefined;
    if (value === undefined) return undefined;
  }
  return value;
}

export function formatJsonPath(path: JsonPath): string {
  const parts = path.map((element) => {
    if (typeof element === "number") return `[${element}]`;
    return /^[A-Za-z_][\w-]*$/.test(element) ? `.${element}` : `[${JSON.stringify(element)}]`;
  });
  return `$${parts.join("")}`;
}
