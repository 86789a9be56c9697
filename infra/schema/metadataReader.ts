import { createHash } from "node:crypto";
import { hasSecretMark } from "../secrecy/credentials";
import { maskPlaces } from "../secrecy/secretPlaces";
import { isObject } from "../validation/isObject";
import { Operation, type Right } from "./right";

export type Fields = Readonly<Record<string, unknown>>;

/** An object of the metadata, and where it stands. */
export interface Item {
  fields: Fields;
  path: string;
}

/** Gathers rights; what has an unknown form becomes a right as well, so that no change of it is hidden. */
export class MetadataReader {
  readonly rights: Right[] = [];

  add(...rights: Right[]): void {
    this.rights.push(...rights);
  }

  /** What no role decides. */
  expose(operation: Operation, object: string, content: unknown): void {
    this.add({ role: "", operation, object, content: inWords(content) });
  }

  /** The objects of a list. */
  items({ fields, path }: Item, key: string): Item[] {
    const value = fields[key] ?? [];
    const at = below(path, key);
    if (!Array.isArray(value)) return this.odd(at, value);
    return value.flatMap((item: unknown, index) =>
      isObject(item)
        ? [{ fields: item, path: `${at}[${index}]` }]
        : this.odd(`${at}[${index}]`, item),
    );
  }

  /** The entries of a list of permissions, each with its role. */
  permissions(item: Item, key: string): [role: string, entry: Item][] {
    return this.items(item, key).flatMap((entry): [string, Item][] => {
      const role = textIn(entry.fields, "role");
      return role === "" ? this.odd(entry.path, entry.fields) : [[role, entry]];
    });
  }

  /** The object at a key; an empty one where there is none. */
  item({ fields, path }: Item, key: string): Item {
    const value = fields[key] ?? {};
    const at = below(path, key);
    if (!isObject(value)) this.odd(at, value);
    return { fields: isObject(value) ? value : {}, path: at };
  }

  /** Notes the keys that nobody reads. */
  others({ fields, path }: Item, known: readonly string[]): void {
    for (const [key, value] of Object.entries(fields)) {
      if (!known.includes(key)) this.odd(below(path, key), value);
    }
  }

  odd(path: string, value: unknown): [] {
    this.add({
      role: "",
      operation: Operation.Odd,
      object: path,
      content: digestOf(inWords(value)),
    });
    return [];
  }
}

function below(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

export function textIn(fields: Fields, key: string): string {
  const value = fields[key];
  return typeof value === "string" ? value : "";
}

/** What is left of an object without these keys; what is added to it by a later version of Hasura stays. */
export function without(fields: Fields, keys: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
}

const LONGEST = 200;
/** Their values may be secrets, and are of no use to a reader. */
const NAMES_ONLY = /^(?:add_headers|query_params)$/;
const SECRET_KEY = /password|secret|token/i;
/** Told by a digest: too long to be read, but a change of it has to be seen. */
const LONG_OBJECT = /^(?:payload|request_transform|response_transform)$/;
const LONG_TEXT = /^(?:body|code|query)$/;

/** A value of the metadata in words that do not depend on the order of keys: no value of a header, user info or query of a URL. */
export function inWords(value: unknown, key = ""): string {
  if (typeof value === "string") return textInWords(value, key);
  if (Array.isArray(value)) return value.map((item) => inWords(item)).join(", ");
  if (!isObject(value)) return String(value ?? "");
  if (NAMES_ONLY.test(key)) return Object.keys(value).sort().join(", ");
  const { name, value: own, value_from_env: variable } = value;
  // A header, or an attribute of what is sent out.
  if (typeof name === "string" && (own ?? variable) !== undefined) {
    return typeof variable === "string" ? `${name} from ${variable}` : name;
  }
  return Object.keys(value)
    .filter((part) => part !== "comment")
    .sort()
    .map((part) => [part, nested(value[part], part)])
    .filter(([, words]) => words !== "")
    .map((pair) => pair.join(" "))
    .join(", ");
}

function nested(value: unknown, key: string): string {
  const words = inWords(value, key);
  if (LONG_OBJECT.test(key)) return digestOf(words);
  const isList = Array.isArray(value) && value.length > 1;
  return words !== "" && (isObject(value) || isList) ? `(${words})` : words;
}

function textInWords(text: string, key: string): string {
  if (SECRET_KEY.test(key) || hasSecretMark(text)) return "***";
  if (LONG_TEXT.test(key)) return digestOf(text);
  const masked = maskPlaces(text, "***").replace(/\?.+$/s, "?***");
  return masked.length > LONGEST ? digestOf(masked) : masked;
}

export function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex").slice(0, 12)}`;
}
