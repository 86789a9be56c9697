import { Action, type ResourceChange } from "./preview";

/** Whether a change takes its resource away, if only for some seconds. */
export function isGone({ action }: ResourceChange): boolean {
  return action === Action.Delete || action === Action.Replace;
}
