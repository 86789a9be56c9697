import { invalid, type Result, valid } from "../infra/validation/problems";
import { IN_PLACE } from "./costOf";
import { nameOf, typeChainOf } from "./mergeSteps";
import {
  Action,
  isRecord,
  type Preview,
  type Properties,
  type ResourceChange,
  type ResourceState,
  recordIn,
  STACK_TYPE,
  textIn,
} from "./preview";
import { isSecret, SECRET } from "./publicValue";
import { Kind, kindOf } from "./resourceKind";
import { sameValue } from "./sameValue";

/** One resource of a recorded graph; secrets are masked when it is recorded. */
export interface GraphResource {
  type: string;
  name: string;
  /** URN; empty for a resource at the top. */
  parent: string;
  inputs: Properties;
  protect: boolean;
  /** Of the stack alone. */
  outputs?: Properties;
}

/** Properties whose change replaces a resource; of a kind that is not here, none does. */
const REPLACING: ReadonlyMap<Kind, readonly string[]> = new Map<Kind, readonly string[]>([
  [Kind.Database, ["encoding", "lcCollate", "lcCtype", "template"]],
  [Kind.Command, ["triggers"]],
  [Kind.Image, ["name"]],
  [Kind.PinnedJwks, ["jwksUrl"]],
  [Kind.KeyPair, ["algorithm", "rotation"]],
  [Kind.CloudEnvironment, ["apiUrl", "projectId"]],
  [Kind.Extension, ["database", "name"]],
  [
    Kind.Grant,
    ["columns", "database", "objectType", "objects", "role", "schema", "withGrantOption"],
  ],
]);
/** Kinds of which any change is a replacement, but for the properties named. */
const REPLACED: ReadonlyMap<Kind, ReadonlySet<string>> = new Map<Kind, ReadonlySet<string>>([
  [Kind.Engine, IN_PLACE],
  [Kind.Server, IN_PLACE],
  [Kind.Container, IN_PLACE],
  [Kind.DataVolume, new Set()],
  [Kind.Volume, new Set()],
  [Kind.Network, new Set()],
  [Kind.Password, new Set()],
  [Kind.RandomId, new Set()],
]);

/** A recorded graph with every secret masked, as it may leave the process that recorded it. */
export function maskedGraph(graph: readonly GraphResource[]): GraphResource[] {
  return graph.map(({ type, name, parent, inputs, protect, outputs }) => ({
    type,
    name,
    parent,
    inputs: masked(inputs) as Properties,
    protect,
    ...(outputs && { outputs: masked(outputs) as Properties }),
  }));
}

function masked(value: unknown): unknown {
  if (isSecret(value)) return SECRET;
  if (Array.isArray(value)) return value.map(masked);
  if (!isRecord(value)) return value;
  const entries = Object.entries(value).filter(([name]) => name !== "__provider");
  return Object.fromEntries(entries.map(([name, inner]) => [name, masked(inner)]));
}

/** Reads a graph that was written as JSON. */
export function parseGraph(text: string, what: string): Result<GraphResource[]> {
  let graph: unknown;
  try {
    graph = JSON.parse(text);
  } catch {
    return invalid(what, "is no JSON; record it again");
  }
  if (!Array.isArray(graph) || !graph.every(isResource)) {
    return invalid(
      what,
      "is no recorded graph; it has to be a list of resources with type and name",
    );
  }
  return valid(
    graph.map((it: Properties) => ({
      type: textIn(it, "type"),
      name: textIn(it, "name"),
      parent: textIn(it, "parent"),
      inputs: recordIn(it, "inputs"),
      protect: it.protect === true,
      ...(isRecord(it.outputs) && { outputs: it.outputs }),
    })),
  );
}

function isResource(value: unknown): value is Properties {
  return isRecord(value) && textIn(value, "type") !== "" && textIn(value, "name") !== "";
}

/** What a program asks for before and after a change, in the form of a preview. */
export function graphDiff(base: readonly GraphResource[], head: readonly GraphResource[]): Preview {
  const [before, after] = [byUrn(base), byUrn(head)];
  const changes: ResourceChange[] = [];
  let unchanged = 0;
  for (const urn of new Set([...after.keys(), ...before.keys()])) {
    const change = changeOf(urn, before.get(urn), after.get(urn));
    if (change === undefined) unchanged += 1;
    else changes.push(change);
  }
  return {
    stack: "",
    changes,
    unchanged,
    outputs: { ...outputsOf("old", base), ...outputsOf("new", head) },
    diagnostics: [],
    failed: false,
    fromGraphs: true,
  };
}

function outputsOf(side: "old" | "new", graph: readonly GraphResource[]): Preview["outputs"] {
  const outputs = graph.find(({ type }) => type === STACK_TYPE)?.outputs;
  return outputs === undefined ? {} : { [side]: outputs };
}

function byUrn(graph: readonly GraphResource[]): Map<string, GraphResource> {
  return new Map(graph.map((it) => [urnOf(it), it]));
}

/** Stack and project say where a graph was recorded, not what is in it. */
function urnOf({ type, name, parent }: GraphResource): string {
  const around = typeChainOf(parent);
  const chain = around === "" || around === STACK_TYPE ? type : `${around}$${type}`;
  return `urn:pulumi:graph::graph::${chain}::${name}`;
}

function changeOf(
  urn: string,
  base: GraphResource | undefined,
  head: GraphResource | undefined,
): ResourceChange | undefined {
  const type = base?.type ?? head?.type ?? "";
  const diffs = base && head ? differences(base, head) : [];
  const replaceKeys = diffs.filter((name) => replaces(kindOf({ type, urn }), name));
  if (base && head && diffs.length === 0) return undefined;
  const old = base && stateOf(base);
  const later = head && stateOf(head);
  const kept = replaceKeys.length > 0 ? Action.Replace : Action.Update;
  const gone = base === undefined ? Action.Create : Action.Delete;
  return {
    urn,
    type,
    name: nameOf(urn),
    action: base && head ? kept : gone,
    diffs,
    replaceKeys,
    detailed: new Map(),
    ...(old && { old }),
    ...(later && { new: later }),
  };
}

function differences(base: GraphResource, head: GraphResource): string[] {
  const names = new Set([...Object.keys(base.inputs), ...Object.keys(head.inputs)]);
  const inputs = [...names]
    .filter((name) => name !== "__provider" && !sameValue(base.inputs[name], head.inputs[name]))
    .sort();
  return base.protect === head.protect ? inputs : [...inputs, "protect"];
}

function replaces(kind: Kind, property: string): boolean {
  if (property === "protect") return false;
  const free = REPLACED.get(kind);
  return free === undefined
    ? (REPLACING.get(kind)?.includes(property) ?? false)
    : !free.has(property);
}

function stateOf({ inputs, protect }: GraphResource): ResourceState {
  return { inputs, outputs: {}, protect, retainOnDelete: false, dependencies: [] };
}
