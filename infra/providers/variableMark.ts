import { createHmac } from "node:crypto";

/** Says that a variable was to be removed, or is gone. */
export const REMOVED_MARK = "removed";
const LENGTH = 32;

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
  return createHmac("sha256", token).update(text).digest("hex").slice(0, LENGTH);
}
