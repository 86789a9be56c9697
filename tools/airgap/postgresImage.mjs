import { createHash } from "node:crypto";
import { join } from "node:path";
import { checkoutRoot } from "../setup/checkoutRoot.cjs";
import { hashOf } from "../setup/files.mjs";
import { buildBaseRootfs, rootfsContents } from "./baseRootfs.mjs";

/** @typedef {import("../setup/context.mjs").Context} Context */

const recipeDirectory = join(checkoutRoot, "tools", "airgap", "postgresImage");
const LABEL = "clerk-hasura.local.contents";
const MAJOR = "15";

/**
 * @param {Context} context
 * @param {string} image
 * @param {string} contents
 */
async function hasContents(context, image, contents) {
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  const args = ["image", "inspect", "--format", format, image];
  return (await context.run("docker", args).catch(() => "")).trim() === contents;
}

/**
 * Loads the Debian system of {@link buildBaseRootfs} into the Docker engine, where it is missing.
 * @param {Context} context
 * @returns {Promise<string>} Name of the image, with a hash of its contents as tag.
 */
export async function buildBaseImage(context) {
  const contents = rootfsContents;
  const image = `clerk-hasura.local/base:${contents.slice(0, 12)}`;
  if (await hasContents(context, image, contents)) return image;
  const rootfs = await buildBaseRootfs(context);
  context.say("loading the Debian system into Docker");
  const changes = [
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "ENV LANG=C.UTF-8",
    'CMD ["/bin/bash"]',
    `LABEL ${LABEL}=${contents}`,
  ].flatMap((change) => ["--change", change]);
  await context.run("docker", ["import", ...changes, rootfs, image]);
  return image;
}

/**
 * Builds the Postgres image from Debian's packages, where it is missing; see
 * postgresImage/CONTRACT.md for what it keeps of the official one.
 * @param {Context} context
 * @returns {Promise<{ image: string, major: string, rebuilt: boolean }>}
 */
export async function buildPostgresImage(context) {
  const recipe = await hashOf(recipeDirectory, ["Dockerfile", "docker-entrypoint.sh"]);
  const contents = createHash("sha256").update(`${rootfsContents} ${recipe}`).digest("hex");
  const image = `clerk-hasura.local/postgres:${MAJOR}-${contents.slice(0, 12)}`;
  if (await hasContents(context, image, contents)) return { image, major: MAJOR, rebuilt: false };
  const base = await buildBaseImage(context);
  context.say("building the Postgres image");
  const args = ["--build-arg", `BASE=${base}`, "--label", `${LABEL}=${contents}`, "--tag", image];
  await context.run("docker", ["build", ...args, recipeDirectory]);
  return { image, major: MAJOR, rebuilt: true };
}

export { buildBaseRootfs };
