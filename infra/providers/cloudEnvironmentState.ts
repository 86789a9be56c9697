import { createHmac } from "node:crypto";
import { RemoteError } from "../http/remoteError";
import type { CloudEnvironment } from "./cloudApi";

/** What a Cloud environment is made of. */
export interface CloudEnvironmentInputs {
  /** GraphQL URL of Cloud's API. Default: `https://data.pro.hasura.io/v1/graphql`. */
  apiUrl?: string;
  token: string;
  projectId: string;
  /** Variables to be set; no other one is touched. */
  env: Record<string, string>;
  /** Replace values that somebody else set. Default: false. */
  overwrite?: boolean;
}

/** What the state keeps: the inputs, and what happened, by name only. */
export interface CloudEnvironmentOuts extends CloudEnvironmentInputs {
  tenantId: string;
  /** Cloud's hash after the last change made here. */
  hash: string;
  /** Names of the variables that were written here, sorted; only these are ever removed, and an admin secret never is. */
  written: string[];
  /** Differences that the last refresh saw: `removed`, or `changed` and a mark; never a foreign value. */
  drift: Record<string, string>;
  /** Marks of the values that an update of unknown outcome may have set; absent once a later one has settled it. */
  attempted?: Record<string, string>;
}

/** What the state keeps once the variables are set; `seen` is what Cloud held before. */
export function knownState(
  inputs: CloudEnvironmentInputs,
  {
    tenantId,
    seen,
    olds,
  }: { tenantId: string; seen: CloudEnvironment; olds?: CloudEnvironmentOuts },
): CloudEnvironmentOuts {
  const { apiUrl, token, projectId, env, overwrite } = inputs;
  const names = Object.keys(env).sort();
  const { variables, hash } = seen;
  return {
    ...(apiUrl === undefined ? {} : { apiUrl }),
    token,
    projectId,
    env: { ...env },
    ...(overwrite === undefined ? {} : { overwrite }),
    tenantId,
    hash,
    written: names.filter(
      (name) => olds?.written.includes(name) || variables.get(name) !== env[name],
    ),
    drift: {},
  };
}

/**
 * What the state keeps when nobody knows whether an update happened: the old values, which may still be there, the new
 * variables, which may be there already, and marks of what was attempted, so that a later update or destroy takes its own
 * values for nobody else's. Without `olds` it was a creation.
 */
export function stateOfUnknownOutcome(
  outs: CloudEnvironmentOuts,
  seen: CloudEnvironment,
  olds: CloudEnvironmentOuts = { ...outs, env: {}, written: [] },
): CloudEnvironmentOuts {
  const before = Object.entries(olds.env).map(([name, value]): [string, string] => {
    const found = seen.variables.get(name);
    // What an earlier update of unknown outcome has set is known by now, and its mark gives way to the new one.
    return [name, found !== undefined && isOurValue(olds, name, found) ? found : value];
  });
  const drift = Object.keys(olds.drift ?? {})
    .filter((name) => driftMark(olds, name, seen.variables.get(name)) === olds.drift[name])
    .map((name) => [name, driftMark(outs, name, seen.variables.get(name))]);
  const written = [...new Set([...olds.written, ...outs.written])].sort();
  const attempted = written.map((name) => [name, variableMark(outs, name, outs.env[name])]);
  return {
    ...outs,
    env: { ...outs.env, ...Object.fromEntries(before) },
    written,
    drift: Object.fromEntries(drift),
    attempted: Object.fromEntries(attempted),
  };
}

/**
 * Gives an error of unknown outcome the state to keep, in the form in which Pulumi's dynamic provider reads it, so that the
 * next update or destroy can settle it. Other errors stay as they are.
 */
export function withState(
  error: unknown,
  inputs: CloudEnvironmentInputs & { __provider?: unknown },
  outs: CloudEnvironmentOuts,
): unknown {
  if (!(error instanceof RemoteError) || !error.outcomeUnknown) return error;
  const properties = { ...outs, __provider: inputs.__provider };
  return Object.assign(error, { id: inputs.projectId, properties, reasons: [error.message] });
}

/** Whether a variable has the value that was set here, or the one that an update of unknown outcome may have set. */
export function isOurValue(olds: CloudEnvironmentOuts, name: string, found: string): boolean {
  if (Object.hasOwn(olds.env, name) && olds.env[name] === found) return true;
  return olds.attempted?.[name] === variableMark(olds, name, found);
}

/** How a variable differs from what was set, as a refresh shows it: `removed`, or `changed` and which value it was. */
export function driftMark(
  place: { token: string; projectId: string },
  name: string,
  found: string | undefined,
): string {
  return found === undefined ? REMOVED_MARK : `changed ${variableMark(place, name, found)}`;
}

/** Says that a variable was to be removed, or is gone. */
const REMOVED_MARK = "removed";
const MARK_LENGTH = 32;

/**
 * Stands in the state for a value that is only ever compared. Keyed with the token, because a mere hash of a short value
 * is found out by trying, and what is beside the inputs lies open in the state.
 */
export function variableMark(
  { token, projectId }: { token: string; projectId: string },
  name: string,
  value: string | undefined,
): string {
  if (value === undefined) return REMOVED_MARK;
  const text = JSON.stringify([projectId, name, value]);
  return createHmac("sha256", token).update(text).digest("hex").slice(0, MARK_LENGTH);
}
