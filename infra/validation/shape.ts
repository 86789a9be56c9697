import { isObject } from "./isObject";
import { type ProblemList, quoted } from "./problems";

/** Reads one value; undefined where it is not usable, which is noted in `problems`. */
export interface Check<T> {
  (value: unknown, path: string, problems: ProblemList): T | undefined;
  /** True where the check itself judges what only an Output will tell. */
  judgesLater?: boolean;
}
// biome-ignore lint/suspicious/noExplicitAny: a group holds checks of any type, and Shaped recovers each one.
export type Fields = Readonly<Record<string, Check<any>>>;
/** What a group of fields is read into; a field that is not usable is absent. */
export type Shaped<F extends Fields> = { [K in keyof F]?: NonNullable<ReturnType<F[K]>> };

/** Stands for a value that a resource of the component will make. */
export const KNOWN_LATER = Symbol("known later");

/** True for an Output or a promise, told without Pulumi, which pure code does not load. */
export function isLater(value: unknown): boolean {
  if (value === KNOWN_LATER || value instanceof Promise) return true;
  return typeof value === "object" && value !== null && "__pulumiOutput" in value;
}

/** True where a value is known only later, or holds something that is. */
export function holdsLater(value: unknown, within: readonly unknown[] = []): boolean {
  if (isLater(value)) return true;
  if (typeof value !== "object" || value === null || within.includes(value)) return false;
  return Object.values(value).some((child) => holdsLater(child, [...within, value]));
}

export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (isLater(value)) return "an output, known only later";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}

function refused(value: unknown, what: string, path: string, problems: ProblemList): undefined {
  problems.add(path, `is ${kindOf(value)}; ${what} is required`);
  problems.leaveOut(path);
  return undefined;
}

function primitive<T>(type: string, what: string): Check<T> {
  return (value, path, problems) =>
    typeof value === type ? (value as T) : refused(value, what, path, problems);
}

export const text = primitive<string>("string", "text");
export const flag = primitive<boolean>("boolean", "true or false");
/** Any value, which is judged elsewhere. */
export const anything: Check<unknown> = (value) => value;
/** An object whose fields are judged elsewhere. */
export const object: Check<Record<string, unknown>> = (value, path, problems) =>
  isObject(value) ? value : refused(value, "an object", path, problems);
export const numeric = primitive<number>("number", "a number");

/** A value that passes `check`, and with which `judge` finds no problem. */
export function judged<T>(
  check: Check<T>,
  judge: (value: T, path: string, problems: ProblemList) => void,
): Check<T> {
  return (value, path, problems) => {
    const before = problems.size;
    const read = check(value, path, problems);
    if (read !== undefined) judge(read, path, problems);
    if (problems.size === before) return read;
    problems.leaveOut(path);
    return undefined;
  };
}

/** A value that passes `check`, and about which `reasonOf` has nothing to say. */
export function sound<T>(check: Check<T>, reasonOf: (value: T) => string | undefined): Check<T> {
  return judged(check, (value, path, problems) => {
    const reason = reasonOf(value);
    if (reason !== undefined) problems.add(path, reason);
  });
}

/** One of these words. */
export function oneOf<T extends string>(words: readonly T[]): Check<T> {
  const known: readonly string[] = words;
  return sound(text as Check<T>, (word) =>
    known.includes(word)
      ? undefined
      : `${quoted(word)} is unknown; allowed: ${words.join(", ")}; choose one`,
  );
}

export function list<T>(item: Check<T>, what = "a list of strings"): Check<T[]> {
  return (value, path, problems) => {
    if (!Array.isArray(value)) return refused(value, what, path, problems);
    const before = problems.size;
    const items = Array.from(value, (one: unknown, index) => {
      const at = `${path}[${index}]`;
      if (isLater(one)) problems.leaveOut(path, true);
      else if (one === undefined || one === null) {
        problems.add(at, "is empty; remove it or give a string");
      } else return item(one, at, problems);
      return undefined;
    });
    if (problems.size > before) problems.leaveOut(path);
    return problems.isLeftOut(path) ? undefined : (items as T[]);
  };
}

/** Values by names that the user chooses; of one that is known later the name alone is kept. */
export function mapOf<T>(
  item: Check<T>,
  pathOf = (path: string, name: string) => `${path}.${name}`,
  what = "an object",
): Check<Record<string, T>> {
  return (value, path, problems) => {
    if (!isObject(value)) return refused(value, what, path, problems);
    const before = problems.size;
    const entries = Object.entries(value).map(([name, child]) => {
      if (isLater(child)) problems.leaveOut(path, true);
      else if (child !== undefined) return [name, item(child, pathOf(path, name), problems)];
      return [name, undefined];
    });
    if (problems.size === before) return Object.fromEntries(entries) as Record<string, T>;
    problems.leaveOut(path);
    return undefined;
  };
}

/** An object of these fields. One that lacks a required field is not usable. */
export function group<F extends Fields>(
  fields: F,
  required: readonly (keyof F & string)[] = [],
  remedy = "set it",
): Check<Shaped<F>> {
  return (value, path, problems) => {
    if (!isObject(value)) return refused(value, "an object", path, problems);
    const result: Record<string, unknown> = {};
    for (const [name, child] of Object.entries(value)) {
      const at = path === "" ? name : `${path}.${name}`;
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (child === undefined || child === null) continue;
      if (check === undefined)
        problems.add(path || "arguments", unknownField(name, Object.keys(fields)));
      else if (isLater(child) && !check.judgesLater) problems.leaveOut(at, true);
      else {
        const read = check(child, at, problems);
        if (read !== undefined) result[name] = read;
      }
    }
    for (const name of required) {
      if (result[name] !== undefined) continue;
      const at = path === "" ? name : `${path}.${name}`;
      if ((value[name] ?? undefined) === undefined) problems.add(at, `is missing; ${remedy}`);
      problems.leaveOut(path, problems.isLater(at));
    }
    return required.some((name) => result[name] === undefined) ? undefined : (result as Shaped<F>);
  };
}

function unknownField(name: string, allowed: readonly string[]): string {
  return `has the unknown field ${quoted(name)}; allowed: ${allowed.join(", ")}`;
}

export const NOT_PLAIN =
  "is an Output, but must be known before any resource exists; allowed: a plain value; write the value itself, not a secret or a resource's output";

function judgingLater<T>(check: Check<T>, reason: string): Check<T> {
  const judge: Check<T> = (value, path, problems) => {
    if (!isLater(value)) return check(value, path, problems);
    problems.add(path, reason);
    problems.leaveOut(path);
    return undefined;
  };
  return Object.assign(judge, { judgesLater: true });
}

/**
 * A value that decides which resources there are. The types refuse an Output, but Pulumi's host of components hands over whatever
 * another language's program marked secret or took from a resource; an Output of false would count as true.
 */
export function plain<T>(check: Check<T>): Check<T> {
  return judgingLater(check, NOT_PLAIN);
}

/**
 * A group of settings that is no Output as a whole: which resources there are depends on its fields. From another language a secret
 * object arrives like that.
 */
export function whole<T>(check: Check<T>): Check<T> {
  return judgingLater(
    check,
    "is a single Output; allowed: an object whose fields may be Outputs; mark the fields as secret instead of the object",
  );
}
