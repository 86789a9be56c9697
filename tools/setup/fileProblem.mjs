/** @type {Record<string, (path: string) => string>} */
const PROBLEMS = {
  EROFS: (path) => `${path} is on a read-only file system; use a checkout that can be written to`,
  EACCES: (path) =>
    `this user may not write ${path}; give the checkout to this user (sudo chown -R "$(id -un)" on its folder), or use one of your own`,
  ENOSPC: (path) =>
    `the disk of ${path} is full; free some of it (df -h and docker system df show what fills it), then run the command again`,
  EDQUOT: (path) =>
    `the disk quota of ${path} is used up; free some of it, then run the command again`,
};

/**
 * One line about a file that could not be written, also where a command that was run says so.
 * @param {unknown} error
 * @param {string} root Named where the error names no path.
 * @returns {string | undefined} `undefined` for every other error.
 */
export function fileProblem(error, root) {
  if (!(error instanceof Error)) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : root;
  const told = "stderr" in error ? `${error.message} ${error.stderr}` : error.message;
  const code =
    "code" in error ? String(error.code) : /\b(EROFS|EACCES|ENOSPC|EDQUOT)\b/.exec(told)?.[1];
  const spelt = /no space left on device/i.test(told) ? "ENOSPC" : code;
  return spelt !== undefined && Object.hasOwn(PROBLEMS, spelt)
    ? PROBLEMS[spelt]?.(path)
    : undefined;
}
