import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import {
  containsUnknown,
  type PropertyMap,
  type PropertyValue,
  plain,
} from "../plugin/propertyValue";
import type { CheckFailure, CheckResult, DiffKind } from "../plugin/providerImplementation";

/** How one input of a resource behaves; the flags have the meaning they have in Terraform schemas. */
export interface Field {
  type: "text" | "number" | "boolean" | "list" | "set";
  required?: boolean;
  default?: PropertyValue;
  /** A change replaces the resource. */
  replaces?: boolean;
  /** The server fills it in when it is not given. */
  computed?: boolean;
  /** Hidden in state and output. */
  secret?: boolean;
  allowed?: readonly string[];
  minimum?: number;
  /** Why this double refuses the input, or only the value `true` for a boolean. */
  refused?: string;
}

/** The inputs of one resource type by name. */
export type Fields = Readonly<Record<string, Field>>;

const typeRules: Record<Field["type"], { holds(value: PropertyValue): boolean; must: string }> = {
  text: { holds: (value) => typeof value === "string", must: "must be text" },
  number: { holds: (value) => Number.isInteger(value), must: "must be a whole number" },
  boolean: { holds: (value) => typeof value === "boolean", must: "must be true or false" },
  list: { holds: isTextList, must: "must be a list of text" },
  set: { holds: isTextList, must: "must be a list of text" },
};

function isTextList(value: PropertyValue): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === "string");
}

function valueProblem(field: Field, value: PropertyValue): string | undefined {
  if (field.refused !== undefined && value !== false) {
    return `not imitated by the postgresql double: ${field.refused}`;
  }
  if (containsUnknown(value)) return undefined;
  const content = plain(value);
  if (!typeRules[field.type].holds(content)) return typeRules[field.type].must;
  if (field.allowed && !field.allowed.includes(String(content))) {
    return `must be one of ${field.allowed.join(", ")} (others are not imitated by this double)`;
  }
  if (field.minimum !== undefined && Number(content) < field.minimum) {
    return `must be at least ${field.minimum}`;
  }
  return undefined;
}

function failuresOf(fields: Fields, inputs: PropertyMap): CheckFailure[] {
  const unknown = Object.keys(inputs).filter((key) => fields[key] === undefined);
  const wrong = Object.entries(fields).flatMap(([property, field]) => {
    const value = inputs[property];
    if (value === undefined) return field.required ? [{ property, reason: "is required" }] : [];
    const reason = valueProblem(field, value);
    return reason === undefined ? [] : [{ property, reason }];
  });
  const strangers = unknown.map((property) => ({ property, reason: "no such input" }));
  return [...strangers, ...wrong];
}

const defaultsKey = "__defaults";

function autoName(resource: string, olds: PropertyMap): PropertyValue {
  const earlier = olds[defaultsKey];
  const kept = Array.isArray(earlier) && earlier.includes("name") ? olds.name : undefined;
  return kept ?? `${resource}-${randomBytes(4).toString("hex").slice(0, 7)}`;
}

/**
 * Fills in the defaults, but none that is false, and reports what is wrong. Filled names are listed in `__defaults`, as
 * bridged plugins do, so that a generated name survives the next run.
 */
export function checkFields(
  fields: Fields,
  resource: string,
  olds: PropertyMap,
  news: PropertyMap,
): CheckResult {
  const { [defaultsKey]: _earlier, ...given } = news;
  const inputs = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  const filled: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (inputs[name] !== undefined || (name !== "name" && isEmpty(field.default))) continue;
    inputs[name] = field.default ?? autoName(resource, olds);
    filled.push(name);
  }
  const failures = failuresOf(fields, inputs);
  return { inputs: { ...inputs, [defaultsKey]: filled.sort() }, failures };
}

function isEmpty(value: PropertyValue | undefined): boolean {
  const empties: readonly unknown[] = [undefined, null, "", 0, false];
  return empties.includes(value) || (Array.isArray(value) && value.length === 0);
}

/** Whether two values of a field mean the same: sets in any order, missing like empty. */
export function sameValue(field: Field, a: PropertyValue, b: PropertyValue): boolean {
  if (isEmpty(a) && isEmpty(b)) return true;
  if (field.type !== "set" || !Array.isArray(a) || !Array.isArray(b)) {
    return isDeepStrictEqual(a, b);
  }
  return isDeepStrictEqual([...new Set(a)].sort(), [...new Set(b)].sort());
}

function changeOf(field: Field, old: PropertyValue, next: PropertyValue): DiffKind {
  const change = isEmpty(old) ? "add" : isEmpty(next) ? "delete" : "update";
  return field.replaces ? `${change}Replace` : change;
}

/** The false defaults, which are in the state without being inputs. */
export function stateDefaults(fields: Fields): PropertyMap {
  const entries = Object.entries(fields).filter(([, field]) => field.default === false);
  return Object.fromEntries(entries.map(([name]) => [name, false]));
}

/** What differs between the stored state and the wanted inputs, so that drift shows after a refresh. */
export function diffFields(
  fields: Fields,
  state: PropertyMap,
  news: PropertyMap,
): Map<string, DiffKind> {
  const changes = new Map<string, DiffKind>();
  for (const [name, field] of Object.entries(fields)) {
    const wanted = news[name];
    if (wanted === undefined && field.computed) continue;
    const old = plain(state[name] ?? null);
    const next = plain(wanted ?? null);
    if (!containsUnknown(next) && sameValue(field, old, next)) continue;
    changes.set(name, changeOf(field, old, next));
  }
  return changes;
}

/** The text of a property, empty when it is missing. */
export function textOf(map: PropertyMap, name: string): string {
  const value = map[name];
  return typeof value === "string" ? value : "";
}

/** The texts of a list or set property, none when it is missing. */
export function textsOf(map: PropertyMap, name: string): string[] {
  const value = map[name];
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
