import { Action, type ResourceChange } from "./preview";

/** Whether a change takes its resource away, if only for some seconds. */
export function isGone({ action }: ResourceChange): boolean {
  return action === Action.Delete || action === Action.Replace;
}

/** Whether what such a change takes out of the state stays where it is. */
export function isKept(change: ResourceChange): boolean {
  return isGone(change) && change.old?.retainOnDelete === true;
}
