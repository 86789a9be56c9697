import {
  Action,
  isRecord,
  type Properties,
  type ResourceChange,
  type ResourceState,
  recordIn,
  textIn,
  textsIn,
} from "./preview";

/** One step as either form of the JSON gives it. */
export interface RawStep {
  op: string;
  urn: string;
  old: Properties | undefined;
  new: Properties | undefined;
  diffs: readonly string[];
  replaceKeys: readonly string[];
  detailed: ReadonlyMap<string, string>;
}

const ACTIONS: ReadonlyMap<string, Action> = new Map([
  ["create", Action.Create],
  ["update", Action.Update],
  ["delete", Action.Delete],
  ["discard", Action.Delete],
  ["replace", Action.Replace],
  ["create-replacement", Action.Replace],
  ["delete-replaced", Action.Replace],
  ["discard-replaced", Action.Replace],
  ["import-replacement", Action.Replace],
  ["read-replacement", Action.Replace],
]);

/** Steps that forget what was only read, and delete nothing (`external` in pkg/resource/deploy/step.go). */
const DISCARDING = new Set(["discard", "discard-replaced"]);

/** Steps that stand for no change of a resource. */
const IDLE = new Set(["same", "remove-pending-replace"]);

/** Whether the step leaves its resource as it is. */
export function isIdle(op: string): boolean {
  return IDLE.has(op);
}

/** The kind of resource that a URN names, with those around it: `a:index:A$b:index:B`. */
export function typeChainOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}

/** The resource's name, which may hold "::" itself. */
export function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

/** Gathers the steps of a preview into one change for each resource: a replacement has up to three steps. */
export class StepMerger {
  private readonly changes = new Map<string, ResourceChange>();

  add(step: RawStep): void {
    if (isIdle(step.op)) return;
    const before = this.changes.get(step.urn);
    const change = changeOf(step);
    this.changes.set(step.urn, before === undefined ? change : merged(before, change));
  }

  list(): ResourceChange[] {
    return [...this.changes.values()];
  }
}

function changeOf(step: RawStep): ResourceChange {
  const { urn } = step;
  const chain = typeChainOf(urn);
  const old = step.old && oldStateOf(step.op, step.old);
  const later = step.new && stateOf(step.new);
  return {
    urn,
    type: chain.slice(chain.lastIndexOf("$") + 1),
    name: nameOf(urn),
    action: ACTIONS.get(step.op) ?? Action.Other,
    diffs: step.diffs,
    replaceKeys: step.replaceKeys,
    detailed: step.detailed,
    ...(old && { old }),
    ...(later && { new: later }),
  };
}

function oldStateOf(op: string, state: Properties): ResourceState {
  const old = stateOf(state);
  return DISCARDING.has(op) ? { ...old, retainOnDelete: true } : old;
}

function stateOf(state: Properties): ResourceState {
  return {
    inputs: recordIn(state, "inputs"),
    outputs: recordIn(state, "outputs"),
    protect: state.protect === true,
    retainOnDelete: state.retainOnDelete === true,
    dependencies: textsIn(state, "dependencies"),
  };
}

/** Deleting one resource and creating another of the same URN is what a replacement is. */
function mergedAction(one: Action, other: Action): Action {
  if (one === other || other === Action.Other) return one;
  if (one === Action.Other) return other;
  const both = new Set<Action>([one, other]);
  if (both.has(Action.Replace)) return Action.Replace;
  if (both.has(Action.Delete)) return Action.Replace;
  return Action.Update;
}

function merged(before: ResourceChange, after: ResourceChange): ResourceChange {
  const found = before.old ?? after.old;
  // One of the steps of a replacement tells what becomes of the old one.
  const retainOnDelete = [before, after].some(({ old }) => old?.retainOnDelete === true);
  const old = found && { ...found, retainOnDelete };
  const later = after.new ?? before.new;
  return {
    ...before,
    action: mergedAction(before.action, after.action),
    diffs: [...new Set([...before.diffs, ...after.diffs])],
    replaceKeys: [...new Set([...before.replaceKeys, ...after.replaceKeys])],
    detailed: new Map([...before.detailed, ...after.detailed]),
    ...(old && { old }),
    ...(later && { new: later }),
  };
}

/** Kinds of change by path; the two forms name the kind differently. */
export function detailedDiffOf(value: unknown): Map<string, string> {
  const kinds = new Map<string, string>();
  if (!isRecord(value)) return kinds;
  for (const [path, diff] of Object.entries(value)) {
    if (!isRecord(diff)) continue;
    kinds.set(path, textIn(diff, "kind") || textIn(diff, "diffKind"));
  }
  return kinds;
}
