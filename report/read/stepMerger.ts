import {
  Action,
  isRecord,
  nameOf,
  type Properties,
  type ResourceChange,
  type ResourceState,
  recordIn,
  textIn,
  textsIn,
  typeChainOf,
} from "./preview";
import { tellsCallers } from "./resourceKind";

/** Under which names a form of the JSON has the parts of a step. */
export interface StepKeys {
  old: string;
  new: string;
  diffs: string;
  replaceKeys: string;
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

/** Steps that leave their resource as it is. */
const IDLE = new Set(["same", "remove-pending-replace"]);

/** Gathers the steps of a preview into one change for each resource: a replacement has up to three steps. */
export class StepMerger {
  private readonly changes = new Map<string, ResourceChange>();
  private readonly idle = new Set<string>();
  /** Those of the idle ones that tell who may call the engine. */
  readonly kept: ResourceChange[] = [];

  add(step: Properties, keys: StepKeys): void {
    const urn = textIn(step, "urn");
    const change = changeOf(step, keys);
    if (IDLE.has(textIn(step, "op"))) {
      this.idle.add(urn);
      if (tellsCallers(change)) this.kept.push(change);
      return;
    }
    const before = this.changes.get(urn);
    this.changes.set(urn, before === undefined ? change : merged(before, change));
  }

  list(): ResourceChange[] {
    return [...this.changes.values()];
  }

  /** How many resources stay as they are. */
  get unchanged(): number {
    return this.idle.size;
  }
}

function changeOf(step: Properties, keys: StepKeys): ResourceChange {
  const [urn, op] = [textIn(step, "urn"), textIn(step, "op")];
  const chain = typeChainOf(urn);
  const { [keys.old]: before, [keys.new]: after } = step;
  return {
    urn,
    type: chain.slice(chain.lastIndexOf("$") + 1),
    name: nameOf(urn),
    action: ACTIONS.get(op) ?? Action.Other,
    diffs: textsIn(step, keys.diffs),
    replaceKeys: textsIn(step, keys.replaceKeys),
    detailed: detailedDiffOf(recordIn(step, "detailedDiff")),
    ...(isRecord(before) && { old: stateOf(before, DISCARDING.has(op)) }),
    ...(isRecord(after) && { new: stateOf(after, false) }),
  };
}

function stateOf(state: Properties, isDiscarded: boolean): ResourceState {
  return {
    inputs: recordIn(state, "inputs"),
    protect: state.protect === true,
    retainOnDelete: isDiscarded || state.retainOnDelete === true,
    dependencies: textsIn(state, "dependencies"),
  };
}

/** Kinds of change by path; the two forms name the kind differently. */
function detailedDiffOf(diffs: Properties): Map<string, string> {
  return new Map(
    Object.keys(diffs).map((path) => {
      const diff = recordIn(diffs, path);
      return [path, textIn(diff, "kind") || textIn(diff, "diffKind")];
    }),
  );
}

/** Deleting one resource and creating another of the same URN is what a replacement is. */
function mergedAction(one: Action, other: Action): Action {
  if (one === other || other === Action.Other) return one;
  if (one === Action.Other) return other;
  const both = [one, other];
  return both.includes(Action.Replace) || both.includes(Action.Delete)
    ? Action.Replace
    : Action.Update;
}

function merged(before: ResourceChange, after: ResourceChange): ResourceChange {
  const old = before.old ?? after.old;
  // One of the steps of a replacement says what becomes of the old one.
  const retainOnDelete = [before, after].some((it) => it.old?.retainOnDelete === true);
  const later = after.new ?? before.new;
  return {
    ...before,
    action: mergedAction(before.action, after.action),
    diffs: [...new Set([...before.diffs, ...after.diffs])],
    replaceKeys: [...new Set([...before.replaceKeys, ...after.replaceKeys])],
    detailed: new Map([...before.detailed, ...after.detailed]),
    ...(old && { old: { ...old, retainOnDelete } }),
    ...(later && { new: later }),
  };
}
