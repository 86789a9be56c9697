import { createHash } from "node:crypto";
import { mkdir, rm } from "node:fs/promises";
import { arch } from "node:os";
import { dirname, join } from "node:path";
import { UserError } from "../setup/userError.mjs";
import { cacheEntry } from "./cacheEntry.mjs";
import { ensureDebianCommand } from "./debianPackages.mjs";

/** @typedef {import("../setup/context.mjs").Context} Context */

const SUITE = "bookworm";
const PACKAGES = ["ca-certificates", "libstdc++6", "postgresql-15"];

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

/** Hash of what the Debian system is made of. */
export const rootfsContents = createHash("sha256")
  .update(JSON.stringify([SUITE, PACKAGES, UNUSED, arch()]))
  .digest("hex");

/**
 * @param {Context} context
 * @returns {Promise<string[]>} The mirror that this machine's own packages come from, if it has the
 *   suite; else debootstrap knows one.
 */
async function ownMirror(context) {
  const format = ["--format", "$(REPO_URI)", "Created-By: Packages"];
  const filters = [`Codename: ${SUITE}`, "Component: main"];
  const args = ["indextargets", ...format, ...filters];
  const [mirror] = (await context.run("apt-get", args).catch(() => "")).trim().split("\n");
  return mirror ? [mirror] : [];
}

/**
 * Builds a small Debian system with Postgres as a tar file, or finds it built before. One system
 * serves both the Postgres image and the stand-in for the Hasura engine: a second one would cost
 * as much again.
 * @param {Context} context
 * @returns {Promise<string>} Path of the tar file.
 * @throws {UserError} where it has to be built and this user is not root.
 */
export async function buildBaseRootfs(context) {
  const name = `${SUITE}-${rootfsContents.slice(0, 12)}.tar`;
  return cacheEntry(context, `rootfs/${name}`, async (draft) => {
    if (process.getuid?.() !== 0) {
      throw new UserError(
        "the Postgres image has to be built from Debian packages, which only root can do; run this command once as root",
      );
    }
    await ensureDebianCommand(context, "debootstrap", "debootstrap");
    // Named as a draft, so that an interrupted run's is removed by the next.
    const tree = join(dirname(draft), `tree.draft-${process.pid}`);
    await mkdir(tree, { mode: 0o755 });
    try {
      context.say(`installing Debian ${SUITE} with Postgres into a directory`);
      const options = ["--variant=minbase", `--include=${PACKAGES.join(",")}`];
      const args = [...options, SUITE, tree, ...(await ownMirror(context))];
      await context.run("debootstrap", args);
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
