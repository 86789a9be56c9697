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
  outputs: Properties;
  protect: boolean;
  /** Whether it stays where it is when it leaves the state; so does what was only read. */
  retainOnDelete: boolean;
  /** URNs; empty where the form of the preview does not tell. */
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
  /** Outputs of the stack before and after; absent where the form does not carry them. */
  outputs: { old?: Properties; new?: Properties };
  diagnostics: readonly Diagnostic[];
  failed: boolean;
  /** True for two graphs recorded from mocks, which know what is asked for but not what exists. */
  fromGraphs: boolean;
}

/** Type of the resource that stands for the stack itself. */
export const STACK_TYPE = "pulumi:pulumi:Stack";

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The text under a key, or none. */
export function textIn(record: Properties, key: string): string {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === "string" ? value : "";
}

/** The object under a key, or an empty one. */
export function recordIn(record: Properties, key: string): Properties {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return isRecord(value) ? value : {};
}

/** The texts of the list under a key. */
export function textsIn(record: Properties, key: string): string[] {
  const value = Object.hasOwn(record, key) ? record[key] : undefined;
  return Array.isArray(value) ? value.filter((it): it is string => typeof it === "string") : [];
}
