import { RemoteError } from "../http/remoteError";
import type { CloudEnvironment } from "./cloudApi";
import type { CloudEnvironmentInputs, CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { driftMark } from "./driftMark";
import { isOurValue } from "./isOurValue";
import { variableMark } from "./variableMark";

/** What the state keeps once the variables are set; `seen` is what Cloud held before. */
export function cloudEnvironmentOuts(
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
export function unsettledOuts(
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

/** Lets the state keep a resource whose change may have happened, so that the next update or destroy can settle it. */
export function unsettled(
  error: unknown,
  inputs: CloudEnvironmentInputs & { __provider?: unknown },
  outs: CloudEnvironmentOuts,
): unknown {
  if (!(error instanceof RemoteError) || !error.outcomeUnknown) return error;
  const properties = { ...outs, __provider: inputs.__provider };
  return Object.assign(error, { id: inputs.projectId, properties, reasons: [error.message] });
}
