import { createRequire } from "node:module";
import { join } from "node:path";
import { checkoutRoot } from "../setup/checkoutRoot.cjs";

/**
 * What a command printed, without what may be a secret. The masking is loaded only when asked for: other jobs run before there
 * are packages.
 * @param {string} text
 * @param {NodeJS.ProcessEnv} env Its secrets are masked as well.
 * @returns {string}
 */
export function maskPrinted(text, env) {
  const load = createRequire(join(checkoutRoot, "package.json"));
  load("tsx/cjs");
  return load("./report/maskText").maskLines(text, env);
}
