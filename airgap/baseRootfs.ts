import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import type { Context } from "../tools/setup/context";
import { UserError } from "../tools/setup/userError.mjs";
import { cacheEntry } from "./cacheEntry";
import { ensureDebianCommand } from "./debianPackages";

/** Major versions of Postgres that are built, and the Debian release that has each. */
const SUITES = { 17: "trixie", 15: "bookworm" };

export type Major = keyof typeof SUITES;

/** xz-utils and zstd unpack what the official image unpacks at its first start. */
const PACKAGES = ["ca-certificates", "libstdc++6", "xz-utils", "zstd"];

/** What images have no use for, and a cluster that the package made for a machine of its own. */
const UNUSED = [
  "dev/*",
  "etc/postgresql/*",
  "usr/share/doc/*",
  "usr/share/locale/*",
  "usr/share/man/*",
  "var/cache/apt/*",
  "var/lib/apt/lists/*",
  "var/lib/postgresql/*",
  "var/log/*",
];

const packagesOf = (major: Major) => [...PACKAGES, `postgresql-${major}`];

/** Hash of what the Debian system with this Postgres is made of. */
export const rootfsContents = (major: Major): string =>
  createHash("sha256")
    .update(JSON.stringify([SUITES[major], packagesOf(major), UNUSED, arch()]))
    .digest("hex");

/**
 * The mirror that this machine's own packages come from, if it is Debian's: it serves every release; else debootstrap
 * knows one.
 */
async function ownMirror(context: Context): Promise<string[]> {
  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  // Security updates have the same origin and another label.
  const filters = ["Origin: Debian", "Label: Debian", "Component: main"];
  const args = ["indextargets", ...format, ...filters];
  const [mirror] = (await context.run("apt-get", args).catch(() => "")).trim().split("\n");
  return mirror ? [mirror] : [];
}

async function installInto(context: Context, major: Major, tree: string) {
  const suite = SUITES[major];
  context.say(`installing Debian ${suite} with Postgres ${major} into a directory`);
  const options = ["--variant=minbase", `--include=${packagesOf(major).join(",")}`];
  await context.run("debootstrap", [...options, suite, tree, ...(await ownMirror(context))]);
}

/**
 * Builds a small Debian system with Postgres. Returns the tar file. Throws a UserError if it is missing and this user
 * is not root.
 */
export async function buildBaseRootfs(context: Context, major: Major): Promise<string> {
  const name = `${SUITES[major]}-${rootfsContents(major).slice(0, 12)}.tar`;
  return cacheEntry(context, `rootfs/${name}`, async (draft) => {
    if (process.getuid?.() !== 0) {
      throw new UserError(
        "the Postgres image has to be built from Debian packages, which only root can do; run this command once as root",
      );
    }
    await ensureDebianCommand(context, "debootstrap", "debootstrap");
    // Named as a draft, so that an interrupted run's is removed by the next.
    const tree = join(dirname(draft), `tree-${major}.draft-${process.pid}`);
    await mkdir(tree, { mode: 0o755 });
    try {
      await installInto(context, major, tree);
      const excluded = UNUSED.map((path) => `--exclude=./${path}`);
      await context.run("tar", ["-C", tree, ...excluded, "-cf", draft, "."]);
    } finally {
      // debootstrap leaves these behind when it is interrupted.
      for (const mounted of ["proc", "sys"]) {
        await context.run("umount", [join(tree, mounted)]).catch(() => "");
      }
      await rm(tree, { recursive: true, force: true });
    }
  });
}
