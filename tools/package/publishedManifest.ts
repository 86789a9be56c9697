import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const ROOT = join(__dirname, "../..");
const MANIFEST = join(ROOT, "package.json");
/** The checkout's manifest, while npm packs the published one. */
const KEPT = join(ROOT, ".local", "package.json");

/** Packages that run the checkout's sources and commands; the compiled package needs none of them. */
const CHECKOUT_ONLY = [
  "@graphql-codegen/core",
  "@graphql-codegen/typescript",
  "@graphql-codegen/typescript-operations",
  "@pulumi/policy",
  "esbuild",
  "graphql",
  "jose",
  "tsx",
];

interface Manifest {
  [field: string]: unknown;
  dependencies: Record<string, string>;
  publishConfig: Record<string, unknown>;
  scripts?: unknown;
  devDependencies?: unknown;
  overrides?: unknown;
}

/** The package.json of the npm package: entries of `publishConfig`, which npm itself does not apply, and fewer packages. */
export function publishedManifest(checkout: Manifest): Record<string, unknown> {
  const {
    publishConfig,
    scripts: _scripts,
    devDependencies: _dev,
    overrides: _overrides,
    ...rest
  } = checkout;
  const dependencies = Object.entries(rest.dependencies).filter(
    ([name]) => !CHECKOUT_ONLY.includes(name),
  );
  return { ...rest, ...publishConfig, dependencies: Object.fromEntries(dependencies) };
}

function compile(): void {
  rmSync(join(ROOT, "dist"), { recursive: true, force: true });
  const tsc = join(ROOT, "node_modules", "typescript", "bin", "tsc");
  const args = [tsc, "--project", join(ROOT, "tsconfig.build.json")];
  const { status } = spawnSync(process.execPath, args, { cwd: ROOT, stdio: ["ignore", 2, 2] });
  if (status !== 0) throw new Error("the package does not compile; correct what the compiler says");
}

/** For npm's prepack: compiles, and lays the published manifest in the checkout's place. */
function publish(): void {
  compile();
  mkdirSync(dirname(KEPT), { recursive: true });
  copyFileSync(MANIFEST, KEPT);
  const manifest = publishedManifest(JSON.parse(readFileSync(MANIFEST, "utf8")));
  writeFileSync(MANIFEST, `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/** For npm's postpack. */
function restore(): void {
  renameSync(KEPT, MANIFEST);
}

if (require.main === module) {
  if (process.argv[2] === "restore") restore();
  else publish();
}
