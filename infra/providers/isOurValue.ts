import type { CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { variableMark } from "./variableMark";

/** Whether a variable has the value that was set here, or the one that an update of unknown outcome may have set. */
export function isOurValue(olds: CloudEnvironmentOuts, name: string, found: string): boolean {
  if (Object.hasOwn(olds.env, name) && olds.env[name] === found) return true;
  return olds.attempted?.[name] === variableMark(olds, name, found);
}
