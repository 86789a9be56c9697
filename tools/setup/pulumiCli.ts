import { spawn } from "node:child_process";
import { copyFile, link, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, join } from "node:path";
import { checkoutRoot } from "./checkoutRoot.cjs";
import type { Context, PartsChoice } from "./context";
import { exists, writeWhole } from "./files";
import type { Paths } from "./paths";
import { UserError } from "./userError.mjs";

export interface PulumiCli {
  /** Absolute path of the real CLI. */
  binary: string;
  version: string;
  kind: "released" | "built here";
  /** Whether the released Node language host is beside it. */
  languageHost: boolean;
}

/** Oldest Pulumi CLI that works: that of the oldest SDK we allow. */
export const OLDEST_PULUMI = "3.229.0";

/** Undefined if it is no version. */
export function parseVersion(text: string): [number, number, number] | undefined {
  const match = /^v?(\d+)\.(\d+)\.(\d+)(?:[-+].*)?$/.exec(text.trim());
  return match ? [Number(match[1]), Number(match[2]), Number(match[3])] : undefined;
}

/** Whether this version of the CLI works: same major version, and {@link OLDEST_PULUMI} or newer. */
export function isUsablePulumi(text: string) {
  const have = parseVersion(text);
  const want = parseVersion(OLDEST_PULUMI);
  if (!have || !want || have[0] !== want[0]) return false;
  return have[1] > want[1] || (have[1] === want[1] && have[2] >= want[2]);
}

/** Undefined if the directory has no usable CLI. */
async function cliIn(
  directory: string,
  kind: "released" | "built here",
  context: Context,
): Promise<PulumiCli | undefined> {
  const binary = join(directory, "pulumi");
  if (!(await exists(binary))) return undefined;
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const version = (await context.run(binary, ["version"], { env }).catch(() => "")).trim();
  if (!isUsablePulumi(version)) {
    context.log(`${binary} is ${version || "no Pulumi"}; ${OLDEST_PULUMI} or newer is required`);
    return undefined;
  }
  const languageHost = await exists(join(directory, "pulumi-language-nodejs"));
  return { binary, version, kind, languageHost };
}

/** The user's own Pulumi: the first usable one on PATH that is not our launcher. */
async function cliOnPath(paths: Paths, context: Context) {
  for (const directory of (process.env.PATH ?? "").split(delimiter)) {
    // A checkout's launcher would call itself, or the stand-ins of that checkout.
    if (directory === "" || directory.endsWith(join("node_modules", ".bin"))) continue;
    if (directory.startsWith(paths.cacheDir) || directory.startsWith(paths.doubles)) continue;
    const found = await cliIn(directory, "released", context);
    if (found) return found;
  }
  return undefined;
}

function releasedRoot(paths: Paths) {
  const sdk = createRequire(join(paths.root, "package.json"))("@pulumi/pulumi/package.json");
  return join(paths.cacheDir, "pulumi-released", String(sdk.version));
}

/** Runs the installer of the Automation API, and ends it if nothing answers. Returns whether it succeeded. */
function downloadPulumi(root: string, context: Context): Promise<boolean> {
  context.say("looking for the released CLI");
  const script = join(checkoutRoot, "tools", "setup", "installPulumi.ts");
  return new Promise((resolve) => {
    // The installer starts a shell and a downloader, so it gets its own process group.
    const child = spawn(process.execPath, ["--import", "tsx", script, root], {
      cwd: checkoutRoot,
      detached: true,
      stdio: "pipe",
    });
    const end = () => {
      if (child.pid && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
    };
    process.once("exit", end);
    let limit = setTimeout(end, 10_000);
    child.stdout.on("data", () => {
      context.say("downloading the released CLI");
      clearTimeout(limit);
      limit = setTimeout(end, 10 * 60_000);
    });
    child.stderr.on("data", (chunk) => context.log(String(chunk).trim()));
    child.on("close", (code) => {
      clearTimeout(limit);
      process.off("exit", end);
      resolve(code === 0);
    });
  });
}

/** Finds a usable Pulumi CLI, installs the released one, or builds one if downloads fail. */
export async function ensurePulumiCli(input: {
  paths: Paths;
  choice: PartsChoice;
  context: Context;
  /** Builds the CLI and returns its directory. */
  build: () => Promise<string>;
  /** Directory of the CLI that an earlier set-up built. */
  builtBefore: string | undefined;
}): Promise<PulumiCli> {
  const { paths, choice, context, build, builtBefore } = input;
  if (choice !== "local") {
    const released = await releasedCli(paths, context, choice === "auto" ? builtBefore : undefined);
    if (released) return released;
    if (choice === "released") {
      throw new UserError(
        "the released Pulumi CLI cannot be downloaded; install it yourself, or unset CLERK_HASURA_PARTS to build it here",
      );
    }
  }
  const before = builtBefore && (await cliIn(builtBefore, "built here", context));
  const built = before || (await cliIn(await build(), "built here", context));
  if (!built) throw new Error("the Pulumi CLI built here does not say its version");
  return built;
}

async function releasedCli(paths: Paths, context: Context, builtBefore: string | undefined) {
  const own = await cliOnPath(paths, context);
  if (own) return own;
  const root = releasedRoot(paths);
  const installed = await cliIn(join(root, "bin"), "released", context);
  if (installed) return installed;
  if (builtBefore && (await exists(join(builtBefore, "pulumi")))) return undefined;
  await downloadPulumi(root, context);
  return cliIn(join(root, "bin"), "released", context);
}

/**
 * Returns a script that starts the provider of dynamic resources in the program's own @pulumi/pulumi; the released
 * CLI brings its own.
 */
function dynamicProviderStarter(node: string) {
  return `#!/bin/sh
node='${node.replaceAll("'", `'\\''`)}'
[ -x "$node" ] || node=node
provider=$("$node" -p 'require.resolve("@pulumi/pulumi/cmd/dynamic-provider", { paths: [process.cwd()] })') || exit 1
exec "$node" "$provider" "$@"
`;
}

/** Puts the CLI beside the stand-in of its language host: it warns three times in each run if the host is elsewhere. */
export async function besideHost(cli: PulumiCli, directory: string): Promise<PulumiCli> {
  const starter = join(directory, "pulumi-resource-pulumi-nodejs");
  await writeWhole(starter, dynamicProviderStarter(process.execPath), 0o755);
  const binary = join(directory, "pulumi");
  const [there, real] = await Promise.all([stat(binary).catch(() => undefined), stat(cli.binary)]);
  // A copy is never older than its original.
  const current = there && (there.ino === real.ino || there.mtimeMs >= real.mtimeMs);
  if (!current || there.size !== real.size) {
    const draft = `${binary}.${process.pid}.draft`;
    await rm(draft, { force: true });
    // A link cannot cross to another file system.
    await link(cli.binary, draft).catch(() => copyFile(cli.binary, draft));
    await rename(draft, binary);
  }
  return { ...cli, binary };
}
