import { createRequire } from "node:module";

export type Fields = Record<string, unknown>;

// mocha brings js-yaml along; YAML 1.2, so that `on` is a key and not a truth value.
const { load } = createRequire(__filename)("js-yaml") as { load(text: string): unknown };

/** The fields of a mapping; none where the value is anything else. */
export function fieldsOf(value: unknown): Fields {
  const mapping = typeof value === "object" && value !== null && !Array.isArray(value);
  return mapping ? { ...value } : {};
}

export function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function readYaml(text: string): Fields {
  return fieldsOf(load(text));
}
