import { load } from "js-yaml";

export type Fields = Record<string, unknown>;

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
