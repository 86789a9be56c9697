import { isRecord } from "./preview";
import {
  isSecret,
  isUnknown,
  NOT_KNOWN,
  NOT_SET,
  NOT_SHOWN,
  publicName,
  publicValue,
  SECRET,
} from "./publicValue";
import type { PropertyChange } from "./report";

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
/** Numbers, sizes and switches: nothing else among the settings of a server is known to be public. */
const PLAIN_SETTING = /^(?:\d{1,12}(?:\.\d{1,6})?(?: ?[A-Za-z]{1,3}|%)?|on|off|true|false)$/;

/** Names of the changed variables, with the values of those that are public. */
export function variableChanges(from: unknown, to: unknown): PropertyChange[] {
  return pairChanges("envs", pairs(from, VARIABLE), pairs(to, VARIABLE), (name, value) =>
    PUBLIC_VARIABLES.has(name) ? publicValue(value) : NOT_SHOWN,
  );
}

/** Names of the changed settings of a server, with values that are numbers, sizes or switches. */
export function parameterChanges(from: unknown, to: unknown): PropertyChange[] {
  return pairChanges("command", pairs(from, PARAMETER), pairs(to, PARAMETER), (_name, value) =>
    PLAIN_SETTING.test(value) ? value : NOT_SHOWN,
  );
}

/** The same text on both sides tells nothing, as where the value is not shown. */
export function between(path: string, from: string, to: string): PropertyChange {
  return from === to ? { path } : { path, from, to };
}

function pairs(list: unknown, pattern: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  if (!Array.isArray(list)) return found;
  for (const item of list) {
    const match = typeof item === "string" ? pattern.exec(item) : null;
    if (match?.[1] !== undefined) found.set(match[1], match[2] ?? "");
  }
  return found;
}

function pairChanges(
  property: string,
  from: ReadonlyMap<string, string>,
  to: ReadonlyMap<string, string>,
  shown: (name: string, value: string) => string,
): PropertyChange[] {
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  const textOf = (name: string, value: string | undefined) =>
    value === undefined ? NOT_SET : shown(name, value);
  const changes = names
    .filter((name) => from.get(name) !== to.get(name))
    .map((name) =>
      between(`${property}: ${name}`, textOf(name, from.get(name)), textOf(name, to.get(name))),
    );
  // A change that is not in the pairs is in what is no pair, or in a list that is not known yet.
  return changes.length > 0 ? changes : [{ path: property }];
}

/** Where published ports listen, for example "127.0.0.1:8080 for 8080". */
export function portText(ports: unknown): string {
  if (isSecret(ports)) return SECRET;
  if (isUnknown(ports)) return NOT_KNOWN;
  if (!Array.isArray(ports)) return publicValue(undefined);
  return ports
    .filter(isRecord)
    .map(({ ip, external, internal }) => {
      return `${publicValue(ip)}:${publicValue(external)} for ${publicValue(internal)}`;
    })
    .join(", ");
}

const DEEPEST_CLAIM = 4;

/** Names of the changed claims; their values are left out, because constants among them may be anything. */
export function claimChanges(from: unknown, to: unknown): PropertyChange[] {
  const [before, after] = [leaves(from), leaves(to)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const word = (name: string) => {
    if (!before.has(name)) return " (new)";
    return after.has(name) ? "" : " (no longer there)";
  };
  const changed = names.filter((name) => before.get(name) !== after.get(name));
  if (changed.length === 0) return [{ path: "claims" }];
  return changed.map((name) => ({ path: `claims: ${publicName(name)}${word(name)}` }));
}

function leaves(
  value: unknown,
  path = "",
  depth = 0,
  found = new Map<string, string>(),
): Map<string, string> {
  if (isRecord(value) && !isSecret(value) && depth < DEEPEST_CLAIM) {
    for (const [key, inner] of Object.entries(value)) {
      leaves(inner, path === "" ? key : `${path} / ${key}`, depth + 1, found);
    }
    return found;
  }
  if (path !== "") found.set(path, safeJson(value));
  return found;
}

/** Compared, never shown. */
function safeJson(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "";
  } catch {
    return "nested too deeply";
  }
}
