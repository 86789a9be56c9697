import { REMOVED_MARK, variableMark } from "./variableMark";

/** How a variable differs from what was set, as a refresh shows it: `removed`, or `changed` and which value it was. */
export function driftMark(
  place: { token: string; projectId: string },
  name: string,
  found: string | undefined,
): string {
  return found === undefined ? REMOVED_MARK : `changed ${variableMark(place, name, found)}`;
}
