import type { CloudEnvironment } from "./cloudApi";
import type { CloudEnvironmentInputs, CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { RemoteError } from "./request";

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
 * What the state keeps when nobody knows whether an update happened: the old values, which may still be there, and the
 * new variables, which may be there already, so that a later update or destroy takes back both.
 */
export function unsettledOuts(
  olds: CloudEnvironmentOuts,
  outs: CloudEnvironmentOuts,
): CloudEnvironmentOuts {
  return {
    ...outs,
    env: { ...outs.env, ...olds.env },
    written: [...new Set([...olds.written, ...outs.written])].sort(),
    drift: olds.drift ?? {},
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
