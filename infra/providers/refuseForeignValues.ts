import { cloudError } from "./callCloud";
import type { CloudEnvironment } from "./cloudApi";
import type { CloudEnvironmentInputs, CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { driftMark } from "./driftMark";
import { isOurValue } from "./isOurValue";

/**
 * Refuses to replace values of somebody else unless told to. Only what was written here is ours, not what had the wanted
 * value already. Without `olds` nothing was written yet.
 *
 * @throws RemoteError that names the variables.
 */
export function refuseForeignValues(
  inputs: CloudEnvironmentInputs,
  { variables }: CloudEnvironment,
  olds?: CloudEnvironmentOuts,
): void {
  if (inputs.overwrite === true) return;
  const other = [...variables].filter(
    ([name, found]) => Object.hasOwn(inputs.env, name) && found !== inputs.env[name],
  );
  const taken = other.filter(([name]) => !olds?.written.includes(name));
  if (taken.length > 0) {
    throw refusal(
      inputs,
      taken,
      "somebody gave another value already",
      "set overwrite to true to replace it, remove it at the Cloud dashboard, or leave it out here",
    );
  }
  const unseen = other.filter(([name, found]) => olds && isUnseen(olds, name, found));
  if (unseen.length === 0) return;
  throw refusal(
    inputs,
    unseen,
    "somebody else changed it since the last update",
    "run `pulumi refresh` to take note of it and `pulumi up` to set it again, or set overwrite to true",
  );
}

/** A value that nobody here has seen is not lost silently; after a refresh has shown that very one, it may be. */
function isUnseen(olds: CloudEnvironmentOuts, name: string, found: string): boolean {
  return !isOurValue(olds, name, found) && olds.drift?.[name] !== driftMark(olds, name, found);
}

function refusal(
  inputs: CloudEnvironmentInputs,
  variables: readonly [name: string, value: string][],
  reason: string,
  remedy: string,
): Error {
  const names = variables.map(([name]) => name).sort();
  return cloudError(
    inputs,
    `setting ${names.join(", ")} in project ${inputs.projectId}`,
    `was not tried, because ${reason}`,
    remedy,
  );
}
