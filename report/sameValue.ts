import { isRecord } from "./preview";

const DEEPEST = 50;

/** Whether two JSON values are equal; values nested deeper than 50 levels count as different. */
export function sameValue(one: unknown, other: unknown, depth = 0): boolean {
  if (Object.is(one, other)) return true;
  if (depth > DEEPEST) return false;
  if (Array.isArray(one) && Array.isArray(other)) {
    return (
      one.length === other.length && one.every((it, at) => sameValue(it, other[at], depth + 1))
    );
  }
  if (!isRecord(one) || !isRecord(other)) return false;
  const names = Object.keys(one);
  return (
    names.length === Object.keys(other).length &&
    names.every(
      (name) => Object.hasOwn(other, name) && sameValue(one[name], other[name], depth + 1),
    )
  );
}
