import { invalid, type Result, valid } from "../../infra/validation/problems";
import {
  Action,
  isRecord,
  isSecret,
  nameOf,
  type Preview,
  type Properties,
  type ResourceChange,
  type ResourceState,
  recordIn,
  SECRET,
  STACK_TYPE,
  sameValue,
  textIn,
  typeChainOf,
} from "./preview";
import { Kind, kindOf, tellsCallers } from "./resourceKind";

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

/** Properties of a container that change while it runs; any other change replaces it (docker provider). */
const IN_PLACE = [
  "cpuShares",
  "cpuSet",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "restart",
];

type Replaces = (property: string) => boolean;
const only =
  (...names: string[]): Replaces =>
  (property) =>
    names.includes(property);
const butInPlace: Replaces = (property) => !IN_PLACE.includes(property);
const always: Replaces = () => true;

/** Which changed properties replace a resource of a kind. Default: none. */
const REPLACING: Partial<Record<Kind, Replaces>> = {
  [Kind.Engine]: butInPlace,
  [Kind.Server]: butInPlace,
  [Kind.Container]: butInPlace,
  [Kind.DataVolume]: always,
  [Kind.Volume]: always,
  [Kind.Network]: always,
  [Kind.Password]: always,
  [Kind.RandomId]: always,
  [Kind.Database]: only("encoding", "lcCollate", "lcCtype", "template"),
  [Kind.Command]: only("triggers"),
  [Kind.Image]: only("name"),
  [Kind.PinnedJwks]: only("jwksUrl"),
  [Kind.KeyPair]: only("algorithm", "rotation"),
  [Kind.CloudEnvironment]: only("apiUrl", "projectId"),
  [Kind.Extension]: only("database", "name"),
  [Kind.Grant]: only(
    "columns",
    "database",
    "objectType",
    "objects",
    "role",
    "schema",
    "withGrantOption",
  ),
};

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
export function parseGraph(text: string): Result<GraphResource[]> {
  let graph: unknown;
  try {
    graph = JSON.parse(text);
  } catch {
    return invalid("graph", "is not JSON; record it again: npm run graph");
  }
  if (!Array.isArray(graph) || !graph.every(isResource)) {
    const reason = "is not a recorded graph; it must be a list of resources with type and name";
    return invalid("graph", `${reason}; record it again: npm run graph`);
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
  const urns = [...new Set([...after.keys(), ...before.keys()])];
  const changes = urns.flatMap((urn) => changeOf(urn, before.get(urn), after.get(urn)));
  return {
    stack: "",
    changes,
    unchanged: urns.length - changes.length,
    kept: head.map(keptOf).filter(tellsCallers),
    outputs: { ...outputsOf("old", base), ...outputsOf("new", head) },
    diagnostics: [],
    failed: false,
    fromGraphs: true,
  };
}

function keptOf(it: GraphResource): ResourceChange {
  const { type, name } = it;
  const none = { diffs: [], replaceKeys: [], detailed: new Map<string, string>() };
  return { urn: urnOf(it), type, name, action: Action.Other, ...none, new: stateOf(it) };
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

function changeOf(urn: string, base?: GraphResource, head?: GraphResource): ResourceChange[] {
  const type = base?.type ?? head?.type ?? "";
  const diffs = base && head ? differences(base, head) : [];
  if (base && head && diffs.length === 0) return [];
  const replaces = REPLACING[kindOf({ type, urn })];
  const replaceKeys = diffs.filter((name) => name !== "protect" && replaces?.(name));
  const kept = replaceKeys.length > 0 ? Action.Replace : Action.Update;
  const gone = base === undefined ? Action.Create : Action.Delete;
  return [
    {
      urn,
      type,
      name: nameOf(urn),
      action: base && head ? kept : gone,
      diffs,
      replaceKeys,
      detailed: new Map(),
      ...(base && { old: stateOf(base) }),
      ...(head && { new: stateOf(head) }),
    },
  ];
}

function differences(base: GraphResource, head: GraphResource): string[] {
  const names = new Set([...Object.keys(base.inputs), ...Object.keys(head.inputs)]);
  const inputs = [...names]
    .filter((name) => name !== "__provider" && !sameValue(base.inputs[name], head.inputs[name]))
    .sort();
  return base.protect === head.protect ? inputs : [...inputs, "protect"];
}

function stateOf({ inputs, protect }: GraphResource): ResourceState {
  return { inputs, protect, retainOnDelete: false, dependencies: [] };
}
