/** The first release that knows `extra_required_claims` (graphql-engine, release notes of v2.49.4). */
const SINCE = [2, 49, 4] as const;

/**
 * Whether the engine is told to require the claims that it compares: as set, otherwise where the image's tag names a release that knows
 * how. A digest names none, and a tag of another
 * major version counts releases of its own.
 */
export function requiresClaims(image: string, set?: boolean): boolean {
  if (set !== undefined) return set;
  const [, ...parts] = /:v?(2)\.(\d+)\.(\d+)/.exec(image) ?? [];
  if (parts.length === 0) return false;
  const difference = SINCE.map((least, index) => Number(parts[index]) - least).find(
    (it) => it !== 0,
  );
  return (difference ?? 0) >= 0;
}
