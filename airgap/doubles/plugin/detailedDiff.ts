import { isDeepStrictEqual } from "node:util";
import { containsUnknown, type PropertyMap, type PropertyValue, plain } from "./propertyValue";
import type { DiffKind } from "./providerImplementation";

type Change = "add" | "delete" | "update";

function entriesOf(value: PropertyValue): [string, PropertyValue][] | undefined {
  if (Array.isArray(value)) return value.map((entry, index) => [`[${index}]`, entry]);
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([key, entry]) => [pathKey(key), entry]);
}

function pathKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function walk(path: string, old: PropertyValue, next: PropertyValue, found: Map<string, Change>) {
  if (!containsUnknown(next) && isDeepStrictEqual(old, next)) return;
  const olds = entriesOf(old);
  const nexts = entriesOf(next);
  if (olds === undefined || nexts === undefined || Array.isArray(old) !== Array.isArray(next)) {
    found.set(path, "update");
    return;
  }
  const before = new Map(olds);
  const after = new Map(nexts);
  for (const [key, value] of after) {
    const earlier = before.get(key);
    if (earlier === undefined) found.set(path + key, "add");
    else walk(path + key, earlier, value, found);
  }
  for (const key of before.keys()) if (!after.has(key)) found.set(path + key, "delete");
}

/**
 * What differs between two sets of inputs, by property path down to list entries, which is what
 * `replaceOnChanges` patterns such as `triggers[*]` are matched against. Secrets compare by content.
 */
export function detailedDiff(olds: PropertyMap, news: PropertyMap): Map<string, DiffKind> {
  const found = new Map<string, Change>();
  for (const key of new Set([...Object.keys(olds), ...Object.keys(news)])) {
    const old = olds[key];
    const next = news[key];
    if (old === undefined && next !== undefined) found.set(key, "add");
    else if (old !== undefined && next === undefined) found.set(key, "delete");
    else if (old !== undefined && next !== undefined) walk(key, plain(old), plain(next), found);
  }
  return found;
}
