import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ROOT = join(__dirname, "../../..");

/** What packing reads of the checkout. */
const PACKED = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "infra",
  "tools/package",
  "README.md",
  "LICENSE",
  "CHANGELOG.md",
];

/** The npm package as built here, and as a consumer has it. */
export interface PackedPackage {
  tarball: string;
  /** Paths in the tarball, sorted. */
  files: string[];
  /** A project whose node_modules hold the extracted package beside this checkout's own packages. */
  consumer: string;
  /** The extracted package. */
  installed: string;
}

let built: Promise<PackedPackage> | undefined;

/** The package, built once for all tests of a run. */
export function packedPackage(): Promise<PackedPackage> {
  built ??= build();
  return built;
}

async function build(): Promise<PackedPackage> {
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-package-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const { tarball, files } = pack(folder);
  const consumer = join(folder, "consumer");
  const modules = join(consumer, "node_modules");
  mkdirSync(modules, { recursive: true });
  run("tar", ["-xzf", tarball, "-C", modules]);
  run("mv", [join(modules, "package"), join(modules, "clerk-hasura")]);
  for (const name of ["@pgsql", "@pulumi", "@types", "js-yaml", "libpg-query", "undici-types"]) {
    symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "dir");
  }
  return { tarball, files, consumer, installed: join(modules, "clerk-hasura") };
}

/** Packs a copy, because `npm pack` changes package.json while it runs. */
function pack(folder: string): { tarball: string; files: string[] } {
  const checkout = join(folder, "checkout");
  for (const name of PACKED) cpSync(join(ROOT, name), join(checkout, name), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(checkout, "node_modules"), "dir");
  const args = ["pack", "--silent", "--json", "--pack-destination", folder];
  const [packed] = JSON.parse(run("npm", args, checkout));
  const files = packed.files.map(({ path }: { path: string }) => path);
  return { tarball: join(folder, packed.filename), files: files.sort() };
}

function run(command: string, args: string[], cwd?: string): string {
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", cwd, env });
  if (status !== 0) throw new Error(`${command} failed: ${stderr}`);
  return stdout;
}

/** What a script prints as JSON when plain node runs it in the consumer's project. */
export function runInConsumer({ consumer }: PackedPackage, script: string, esm = false): unknown {
  // The tests' own loader of TypeScript must not be inherited: a consumer has none.
  const { NODE_OPTIONS: _options, ...env } = process.env;
  const type = esm ? "module" : "commonjs";
  const args = [`--input-type=${type}`, "--eval", script];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: consumer,
    env,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the consumer's script failed: ${stderr}`);
  return JSON.parse(stdout);
}

/** A file of the extracted package. */
export function readInstalled({ installed }: PackedPackage, path: string): string {
  return readFileSync(join(installed, path), "utf8");
}
