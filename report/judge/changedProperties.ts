import {
  Action,
  isRecord,
  isSecret,
  type ResourceChange,
  SECRET,
  sameValue,
  valueIn,
} from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import type { PropertyChange } from "../report";
import {
  isUnknown,
  NOT_KNOWN,
  NOT_SET,
  NOT_SHOWN,
  publicName,
  publicPropertiesOf,
  publicValue,
} from "./publicValue";

/** Changed properties, those that force a replacement apart. */
export interface Changed {
  because: readonly PropertyChange[];
  changed: readonly PropertyChange[];
}

/** What the engine and providers add to inputs by themselves. */
const INTERNAL = new Set(["__defaults", "__provider"]);
/** What is worth knowing of a new resource, as far as it is public. */
const TELLING = new Set(["database", "image", "issuer", "jwksUrl", "name", "projectId"]);
/** Variables that the component sets itself from public settings; every other variable may hold a secret. */
const PUBLIC_VARIABLES = new Set([
  "HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS",
  "HASURA_GRAPHQL_CORS_DOMAIN",
  "HASURA_GRAPHQL_DEV_MODE",
  "HASURA_GRAPHQL_ENABLED_APIS",
  "HASURA_GRAPHQL_ENABLED_LOG_TYPES",
  "HASURA_GRAPHQL_ENABLE_CONSOLE",
  "HASURA_GRAPHQL_ENABLE_TELEMETRY",
  "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT",
  "HASURA_GRAPHQL_SERVER_PORT",
  "HASURA_GRAPHQL_UNAUTHORIZED_ROLE",
]);
const VARIABLE = /^([A-Z_][A-Z0-9_]{0,99})=(.*)$/s;
const PARAMETER = /^([a-z_][a-z0-9_.]{0,99})=(.*)$/s;
/** Numbers, sizes and switches: nothing else among the parameters of a server is known to be public. */
const PLAIN_PARAMETER = /^(?:\d{1,12}(?:\.\d{1,6})?(?: ?[A-Za-z]{1,3}|%)?|on|off|true|false)$/;
const DEEPEST_CLAIM = 4;

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

/** Names of the properties that force a replacement; none for other actions. */
export function causesOf({ action, detailed, replaceKeys }: ResourceChange): string[] {
  if (action !== Action.Replace) return [];
  const paths = [...detailed].filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => path);
  return unique((paths.length > 0 ? paths : [...replaceKeys]).map(propertyOf));
}

/** The property that a path begins with: "envs" of "envs[3]", "a.b" of `["a.b"].c`. */
export function propertyOf(path: string): string {
  const quotedName = /^\["((?:[^"\\]|\\.)*)"\]/.exec(path)?.[1];
  return quotedName ?? /^[^.[]*/.exec(path)?.[0] ?? path;
}

function unique(names: string[]): string[] {
  return [...new Set(names)].filter((name) => name !== "" && !INTERNAL.has(name));
}

function differingInputs({ old, new: later }: ResourceChange): string[] {
  if (old === undefined || later === undefined) return [];
  return union(Object.keys(old.inputs), Object.keys(later.inputs)).filter(
    (name) => !INTERNAL.has(name) && !sameValue(old.inputs[name], later.inputs[name]),
  );
}

function union(one: Iterable<string>, other: Iterable<string>): string[] {
  return [...new Set([...one, ...other])].sort();
}

function created(change: ResourceChange): PropertyChange[] {
  const inputs = change.new?.inputs;
  const kind = kindOf(change);
  const telling = publicPropertiesOf(kind)
    .filter((name) => TELLING.has(name) && typeof valueIn(inputs, name) === "string")
    .map((name) => ({ path: name, to: publicValue(valueIn(inputs, name)) }))
    .filter(({ to }) => to !== NOT_KNOWN);
  return isOwnContainer(kind)
    ? [...telling, { path: "ports", to: portText(inputs?.ports) }]
    : telling;
}

function isOwnContainer(kind: Kind): boolean {
  return kind === Kind.Engine || kind === Kind.Server;
}

/** Lists that take many lines come last, so that a report cut short names every property. */
function describeAll(change: ResourceChange, names: readonly string[]): PropertyChange[] {
  const described = names.map((name) => describe(change, name));
  return described.sort((one, other) => one.length - other.length).flat();
}

function describe(change: ResourceChange, name: string): PropertyChange[] {
  const kind = kindOf(change);
  const from = valueIn(change.old?.inputs, name);
  const to = valueIn(change.new?.inputs, name);
  if (!isSecret(from) && !isSecret(to)) {
    if (name === "envs" && isOwnContainer(kind)) return variableChanges(from, to);
    if (name === "command" && kind === Kind.Server) return parameterChanges(from, to);
    if (name === "claims" && kind === Kind.JwtTemplate) return claimChanges(from, to);
  }
  if (name === "ports" && isOwnContainer(kind))
    return [between(name, portText(from), portText(to))];
  if (!publicPropertiesOf(kind).includes(name)) return [{ path: publicName(name) }];
  return [between(name, publicValue(from), publicValue(to))];
}

/** The same text on both sides says nothing, as where the value is not shown. */
function between(path: string, from: string, to: string): PropertyChange {
  return from === to ? { path } : { path, from, to };
}

/** Names of the changed variables, with the values of those that are public. */
function variableChanges(from: unknown, to: unknown): PropertyChange[] {
  return pairChanges("envs", pairs(from, VARIABLE), pairs(to, VARIABLE), (name, value) =>
    PUBLIC_VARIABLES.has(name) ? publicValue(value) : NOT_SHOWN,
  );
}

/** Names of the changed parameters of a server, with values that are numbers, sizes or switches. */
function parameterChanges(from: unknown, to: unknown): PropertyChange[] {
  return pairChanges("command", pairs(from, PARAMETER), pairs(to, PARAMETER), (_name, value) =>
    PLAIN_PARAMETER.test(value) ? value : NOT_SHOWN,
  );
}

function pairs(list: unknown, pattern: RegExp): Map<string, string> {
  const texts = Array.isArray(list) ? list.filter((it) => typeof it === "string") : [];
  const found = texts.map((it) => pattern.exec(it)).filter((match) => match !== null);
  return new Map(found.map(([, name = "", value = ""]) => [name, value]));
}

function pairChanges(
  property: string,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  shown: (name: string, value: string) => string,
): PropertyChange[] {
  const textOf = (name: string, value: string | undefined) =>
    value === undefined ? NOT_SET : shown(name, value);
  const changes = union(from.keys(), to.keys())
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) =>
      between(`${property}: ${name}`, textOf(name, from.get(name)), textOf(name, to.get(name))),
    );
  // A change that is not in the pairs is in what is no pair, or in a list that is not known yet.
  return changes.length > 0 ? changes : [{ path: property }];
}

/** Where published ports listen, for example "127.0.0.1:8080 for 8080". */
function portText(ports: unknown): string {
  if (isSecret(ports)) return SECRET;
  if (isUnknown(ports)) return NOT_KNOWN;
  if (!Array.isArray(ports)) return NOT_SET;
  return ports
    .filter(isRecord)
    .map(({ ip, external, internal }) => {
      return `${publicValue(ip)}:${publicValue(external)} for ${publicValue(internal)}`;
    })
    .join(", ");
}

/** Names of the changed claims; their values are left out, because constants among them may be anything. */
function claimChanges(from: unknown, to: unknown): PropertyChange[] {
  const [before, after] = [leaves(from), leaves(to)];
  const word = (name: string) => {
    if (!before.has(name)) return " (new)";
    return after.has(name) ? "" : " (removed)";
  };
  const changed = union(before.keys(), after.keys()).filter(
    (name) => !sameValue(before.get(name), after.get(name)),
  );
  if (changed.length === 0) return [{ path: "claims" }];
  return changed.map((name) => ({ path: `claims: ${publicName(name)}${word(name)}` }));
}

function leaves(
  value: unknown,
  path = "",
  depth = 0,
  found = new Map<string, unknown>(),
): Map<string, unknown> {
  if (isRecord(value) && !isSecret(value) && depth < DEEPEST_CLAIM) {
    for (const [key, inner] of Object.entries(value)) {
      leaves(inner, path === "" ? key : `${path} / ${key}`, depth + 1, found);
    }
  } else if (path !== "") found.set(path, value);
  return found;
}
