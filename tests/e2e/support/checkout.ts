import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";

/** The checkout under test. */
export const CHECKOUT = join(__dirname, "..", "..", "..");

const COPIED = [
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  ".npmrc",
  "infra",
  "examples",
  "policy",
  "plugin",
  "tools",
  "tests/doubles",
];
const STAMPS = ["cli.json", "images.json", "npm.stamp", "parts.json", "plugins.json"];
/** Large and only read. */
const SHARED = ["doubles", "pulumi"];

function copy(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/**
 * Makes a checkout in which a stack's settings file, a launcher and the set-up's stamps may be written
 * without touching those of the person who runs the tests.
 */
export function makeCheckout(directory: string): void {
  for (const name of COPIED) copy(join(CHECKOUT, name), join(directory, name));
  mkdirSync(join(directory, ".local"), { recursive: true });
  for (const name of STAMPS) {
    copy(join(CHECKOUT, ".local", name), join(directory, ".local", name));
  }
  for (const name of SHARED) {
    const from = join(CHECKOUT, ".local", name);
    if (existsSync(from)) symlinkSync(from, join(directory, ".local", name));
  }
  linkPackages(directory);
}

function linkPackages(directory: string): void {
  const from = join(CHECKOUT, "node_modules");
  const to = join(directory, "node_modules");
  mkdirSync(join(to, ".bin"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== ".bin") symlinkSync(join(from, name), join(to, name));
  }
  copy(join(from, ".bin", "pulumi"), join(to, ".bin", "pulumi"));
}
