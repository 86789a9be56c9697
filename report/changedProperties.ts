import { between, claimChanges, parameterChanges, portText, variableChanges } from "./listChanges";
import { Action, type Properties, type ResourceChange } from "./preview";
import { isSecret, NOT_KNOWN, publicName, publicValue } from "./publicValue";
import type { PropertyChange } from "./report";
import { isPublicProperty, Kind, kindOf, publicPropertiesOf } from "./resourceKind";
import { sameValue } from "./sameValue";

/** Changed properties, those that force a replacement apart. */
export interface Changed {
  because: readonly PropertyChange[];
  changed: readonly PropertyChange[];
}

/** What the engine and providers add to inputs by themselves. */
const INTERNAL = new Set(["__defaults", "__provider"]);

/** The changed properties of a resource; values only where they are public. */
export function changedProperties(change: ResourceChange): Changed {
  if (change.action === Action.Create) return { because: [], changed: created(change) };
  if (change.action !== Action.Update && change.action !== Action.Replace) {
    return { because: [], changed: [] };
  }
  const reported = [...change.detailed.keys(), ...change.diffs].map(propertyOf);
  const forcing = causesOf(change);
  const isForcing = new Set(forcing);
  const all = unique([...reported, ...forcing]);
  // A container whose network is replaced comes without any reason.
  const names = all.length > 0 ? all : differingInputs(change);
  return {
    because: describeAll(change, forcing),
    changed: describeAll(
      change,
      names.filter((name) => !isForcing.has(name)),
    ),
  };
}

/** Lists that take many lines come last, so that a report cut short names every property. */
function describeAll(change: ResourceChange, names: readonly string[]): PropertyChange[] {
  const described = names.map((name) => describe(change, name));
  return described.sort((one, other) => one.length - other.length).flat();
}

/** What is worth knowing of a new resource, as far as it is public. */
const TELLING = new Set(["database", "image", "issuer", "jwksUrl", "name", "projectId"]);

function created(change: ResourceChange): PropertyChange[] {
  const inputs = change.new?.inputs ?? {};
  const kind = kindOf(change);
  const telling = publicPropertiesOf(kind)
    .filter((name) => TELLING.has(name) && typeof inputNamed(inputs, name) === "string")
    .map((name) => ({ path: name, to: publicValue(inputNamed(inputs, name)) }))
    .filter(({ to }) => to !== NOT_KNOWN);
  const isContainer = kind === Kind.Engine || kind === Kind.Server;
  return isContainer ? [...telling, { path: "ports", to: portText(inputs.ports) }] : telling;
}

/** Names of the properties that force a replacement; none for other actions. */
export function causesOf(change: ResourceChange): string[] {
  return change.action === Action.Replace ? forcingProperties(change) : [];
}

function forcingProperties({ detailed, replaceKeys }: ResourceChange): string[] {
  const paths = [...detailed].filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => path);
  return unique((paths.length > 0 ? paths : [...replaceKeys]).map(propertyOf));
}

function unique(names: string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "" && !INTERNAL.has(name));
}

/** The property that a path begins with: "envs" of "envs[3]", "a.b" of `["a.b"].c`. */
export function propertyOf(path: string): string {
  const quotedName = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path)?.[1];
  return quotedName ?? /^[^.[]*/.exec(path)?.[0] ?? path;
}

function differingInputs({ old, new: later }: ResourceChange): string[] {
  if (old === undefined || later === undefined) return [];
  const names = new Set([...Object.keys(old.inputs), ...Object.keys(later.inputs)]);
  return [...names]
    .filter((name) => !INTERNAL.has(name) && !sameValue(old.inputs[name], later.inputs[name]))
    .sort();
}

function inputNamed(properties: Properties | undefined, name: string): unknown {
  return properties && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function describe(change: ResourceChange, name: string): PropertyChange[] {
  const kind = kindOf(change);
  const from = inputNamed(change.old?.inputs, name);
  const to = inputNamed(change.new?.inputs, name);
  const isContainer = kind === Kind.Engine || kind === Kind.Server;
  if (!isSecret(from) && !isSecret(to)) {
    if (name === "envs" && isContainer) return variableChanges(from, to);
    if (name === "command" && kind === Kind.Server) return parameterChanges(from, to);
    if (name === "claims" && kind === Kind.JwtTemplate) return claimChanges(from, to);
  }
  if (name === "ports" && isContainer) return [between(name, portText(from), portText(to))];
  if (!isPublicProperty(kind, name)) return [{ path: publicName(name) }];
  return [between(name, publicValue(from), publicValue(to))];
}
