import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** The checkout under test. Tests read it and write nothing into it; what they run is in {@link installation}. */
export const CHECKOUT = join(__dirname, "..", "..", "..");

const COPIED = [
  "Pulumi.yaml",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  ".npmrc",
  "infra",
  "examples",
  "hasura",
  "policy",
  "plugin",
  "tools",
  "airgap",
  "report",
];
const LAUNCHER = join("node_modules", ".bin", "pulumi");
const STAMPS = ["cli.json", "images.json", "npm.stamp", "parts.json", "plugins.json"];
/** Large, and shared by the checkouts of one run. */
const PARTS = ["doubles", "pulumi"];

function copy(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true, verbatimSymlinks: true });
}

/** Not cpSync, which takes several times as long for tens of thousands of files. */
function copyTree(from: string, to: string): void {
  if (existsSync(from)) execFileSync("cp", ["-a", from, to]);
}

function copySources(directory: string): void {
  for (const name of COPIED) copy(join(CHECKOUT, name), join(directory, name));
  mkdirSync(join(directory, ".local"), { recursive: true });
}

/** Copies a file of the set-up, whose places are then those of the copy. */
function copyStamp(name: string, directory: string, place: string): void {
  const from = join(CHECKOUT, name);
  if (!existsSync(from)) return;
  const to = join(directory, name);
  rmSync(to, { force: true });
  writeFileSync(to, readFileSync(from, "utf8").replaceAll(CHECKOUT, place));
  chmodSync(to, statSync(from).mode);
}

let installed: string | undefined;

/**
 * A copy of the whole checkout, with its packages and parts, made once for each run of tests: what npm or Pulumi write
 * through a link into it, or as Pulumi's home, stays out of the checkout itself.
 */
export function installation(): string {
  if (installed !== undefined) return installed;
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-e2e-installation-"));
  process.once("exit", () => rmSync(directory, { recursive: true, force: true }));
  copySources(directory);
  copyTree(join(CHECKOUT, "node_modules"), join(directory, "node_modules"));
  for (const name of PARTS) {
    copyTree(join(CHECKOUT, ".local", name), join(directory, ".local", name));
  }
  for (const name of [LAUNCHER, ...STAMPS.map((stamp) => join(".local", stamp))]) {
    copyStamp(name, directory, directory);
  }
  installed = directory;
  return directory;
}

/** Starts the Pulumi of this run of tests. */
export const launcher = (): string => join(installation(), LAUNCHER);

/**
 * Makes a checkout in which a stack's settings file, a launcher and the set-up's stamps may be written without touching those
 * of the person who runs the tests.
 * @param ownPackages Whether its packages are its own too: where npm installs something in it. Default: false, those of the run.
 */
export function makeCheckout(directory: string, { ownPackages = false } = {}): void {
  copySources(directory);
  for (const name of STAMPS) copyStamp(join(".local", name), directory, installation());
  for (const name of PARTS) {
    const from = join(installation(), ".local", name);
    if (existsSync(from)) symlinkSync(from, join(directory, ".local", name));
  }
  if (ownPackages) copyTree(join(installation(), "node_modules"), join(directory, "node_modules"));
  else linkPackages(directory);
  copyStamp(LAUNCHER, directory, installation());
}

function linkPackages(directory: string): void {
  const from = join(installation(), "node_modules");
  const to = join(directory, "node_modules");
  mkdirSync(join(to, ".bin"), { recursive: true });
  for (const name of readdirSync(from)) {
    if (name !== ".bin") symlinkSync(join(from, name), join(to, name));
  }
}

interface Parts {
  path: string[];
  home?: string;
}

function partsOf(): Parts {
  const file = join(CHECKOUT, ".local", "parts.json");
  if (!existsSync(file)) return { path: [] };
  return JSON.parse(readFileSync(file, "utf8")) as Parts;
}

/**
 * The environment of somebody who types a command: without what the test run added for programs that
 * start Pulumi by themselves, which a set-up would take for the person's own Pulumi.
 */
export function personEnvironment(): NodeJS.ProcessEnv {
  const { path, home } = partsOf();
  const { PULUMI_CONFIG_PASSPHRASE_FILE: _file, ...env } = process.env;
  const directories = (env.PATH ?? "").split(delimiter).filter((name) => !path.includes(name));
  env.PATH = directories.join(delimiter);
  if (home !== undefined && env.PULUMI_HOME === home) {
    delete env.PULUMI_HOME;
    delete env.PULUMI_CREDENTIALS_PATH;
  }
  return env;
}
