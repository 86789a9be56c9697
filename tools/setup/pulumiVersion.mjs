/** Oldest Pulumi CLI that the program works with: the one of the oldest SDK we allow. */
export const OLDEST_PULUMI = "3.229.0";

/**
 * @param {string} text What `pulumi version` printed, such as "v3.259.0" or "v3.230.0-alpha.1".
 * @returns {[number, number, number] | undefined} `undefined` where it is no version.
 */
export function parseVersion(text) {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/**
 * Whether a Pulumi CLI of this version can be used: same major version and not older than
 * {@link OLDEST_PULUMI}.
 * @param {string} text What `pulumi version` printed.
 */
export function isUsablePulumi(text) {
  const have = parseVersion(text);
  const want = parseVersion(OLDEST_PULUMI);
  if (!have || !want || have[0] !== want[0]) return false;
  return have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]);
}
