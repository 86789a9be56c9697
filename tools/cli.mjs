// The one file that a person starts. It runs without npm packages: it installs them, then hands over to TypeScript.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { checkoutRoot } from "./setup/checkoutRoot.cjs";
import { ensureNpmPackages } from "./setup/npmPackages.mjs";
import { UserError } from "./setup/userError.mjs";

/** The commands that look whether every package is whole; the others have to be fast. */
const SETTING_UP = ["setup", "up", "recover", "test"];

for (const signal of /** @type {const} */ (["SIGINT", "SIGTERM"])) {
  // Only where nobody else listens: exit handlers then give back locks and end children.
  process.on(signal, () => {
    if (process.listenerCount(signal) === 1) process.exit(signal === "SIGINT" ? 130 : 143);
  });
}

/** @param {string[]} args */
async function start(args) {
  const hasLoader = existsSync(join(checkoutRoot, "node_modules", "tsx", "package.json"));
  if (!hasLoader || SETTING_UP.includes(args[0] ?? "")) await ensureNpmPackages(checkoutRoot);
  const load = createRequire(join(checkoutRoot, "package.json"));
  load("tsx/cjs");
  return load("./tools/main.ts").main(args);
}

start(process.argv.slice(2))
  .catch((error) => {
    // What the system refuses, such as a read-only directory, needs no stack trace.
    const told = error instanceof UserError || error.code ? error.message : error.stack;
    process.stderr.write(`error: ${told}\n`);
    return error instanceof UserError ? error.exitCode : 1;
  })
  .then((code) => process.exit(code));
