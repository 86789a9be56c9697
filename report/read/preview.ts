/** What happens to a resource. */
export const Action = {
  Create: "create",
  Update: "update",
  Replace: "replace",
  Delete: "delete",
  /** Read, import, refresh and the like: nothing that exists is touched. */
  Other: "other",
} as const;
export type Action = (typeof Action)[keyof typeof Action];

/** Properties of a resource, as JSON gives them. */
export type Properties = Readonly<Record<string, unknown>>;

/** One side of a change. */
export interface ResourceState {
  inputs: Properties;
  protect: boolean;
  /** Whether it stays where it is when it leaves the state; so does what was only read. */
  retainOnDelete: boolean;
  /** URNs; empty where the form of the preview does not have them. */
  dependencies: readonly string[];
}

/** What an update would do to one resource. */
export interface ResourceChange {
  urn: string;
  type: string;
  name: string;
  action: Action;
  /** Names of changed properties. */
  diffs: readonly string[];
  /** Names of properties that force a replacement. */
  replaceKeys: readonly string[];
  /** Path of a property and the kind of its change, for example `update-replace`. */
  detailed: ReadonlyMap<string, string>;
  old?: ResourceState;
  new?: ResourceState;
}

/** A message of the engine, the program or a provider; may hold secrets until it is masked. */
export interface Diagnostic {
  severity: "error" | "warning" | "info";
  message: string;
  urn?: string;
}

/** A preview, whichever form it came in. */
export interface Preview {
  /** Name of the stack; empty where no resource names it. */
  stack: string;
  changes: readonly ResourceChange[];
  unchanged: number;
  /** Those of the unchanged resources that tell who may call the engine. */
  kept: readonly ResourceChange[];
  /** Outputs of the stack before and after; absent where the form does not carry them. */
  outputs: { old?: Properties; new?: Properties };
  diagnostics: readonly Diagnostic[];
  failed: boolean;
  /** True for two graphs recorded from mocks, which know what is asked for but not what exists. */
  fromGraphs: boolean;
}

/** Type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

/** Whether a change takes its resource away, if only for some seconds. */
export function isGone({ action }: ResourceChange): boolean {
  return action === Action.Delete || action === Action.Replace;
}

/** Whether what such a change takes out of the state stays where it is. */
export function isKept(change: ResourceChange): boolean {
  return isGone(change) && change.old?.retainOnDelete === true;
}

/** The type that a URN names, with those around it: `a:index:A$b:index:B`. */
export function typeChainOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** The resource's name, which may hold "::" itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value of the record's own key: JSON may use the names of Object's members. */
export function valueIn(record: Properties | undefined, key: string): unknown {
  return record && Object.hasOwn(record, key) ? record[key] : undefined;
}

/** The text under a key, or an empty one. */
export function textIn(record: Properties, key: string): string {
  const value = valueIn(record, key);
  return typeof value === "string" ? value : "";
}

/** The object under a key, or an empty one. */
export function recordIn(record: Properties, key: string): Properties {
  const value = valueIn(record, key);
  return isRecord(value) ? value : {};
}

/** The texts of the list under a key. */
export function textsIn(record: Properties, key: string): string[] {
  const value = valueIn(record, key);
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === "string") : [];
}

/** How both forms of the JSON show a marked secret, and what a report shows in its place. */
export const SECRET = "[secret]";
const SECRET_SIGNATURE = "4dabf18193072939515e22adb298388d";

/** Whether a value is marked as secret, in either form of the JSON. */
export function isSecret(value: unknown): boolean {
  return value === SECRET || (isRecord(value) && Object.hasOwn(value, SECRET_SIGNATURE));
}

const DEEPEST = 50;

/** Whether two JSON values are equal; values nested deeper than 50 levels count as different. */
export function sameValue(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other)) return true;
  if (depth > DEEPEST) return false;
  const same = (it: unknown, its: unknown) => sameValue(it, its, depth + 1);
  if (Array.isArray(one) && Array.isArray(other)) {
    return one.length === other.length && one.every((it, at) => same(it, other[at]));
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every((name) => Object.hasOwn(other, name) && same(one[name], other[name]))
  );
}
