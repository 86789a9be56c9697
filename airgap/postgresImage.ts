import { createHash } from "node:crypto";
import { join } from "node:path";
import { checkoutRoot } from "../tools/setup/checkoutRoot.cjs";
import type { Context } from "../tools/setup/context";
import { hashOf } from "../tools/setup/files";
import { POSTGRES_MAJOR } from "../tools/setup/images";
import { buildBaseRootfs, type Major, rootfsContents } from "./baseRootfs";

const recipeDirectory = join(checkoutRoot, "airgap", "postgresImage");
const LABEL = "clerk-hasura.local.contents";

async function hasContents(context: Context, image: string, contents: string) {
  const format = `{{index .Config.Labels "${LABEL}"}}`;
  const args = ["image", "inspect", "--format", format, image];
  return (await context.run("docker", args).catch(() => "")).trim() === contents;
}

/**
 * Loads the Debian system into Docker, if missing; the engine's stand-in uses it too. Returns the image, tagged with
 * a hash of its content.
 */
export async function buildBaseImage(
  context: Context,
  major: Major = POSTGRES_MAJOR,
): Promise<string> {
  const contents = rootfsContents(major);
  const image = `clerk-hasura.local/base:${contents.slice(0, 12)}`;
  if (await hasContents(context, image, contents)) return image;
  const rootfs = await buildBaseRootfs(context, major);
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
 * Builds a Postgres image from Debian's packages, if missing; postgresImage/CONTRACT.md says what it keeps of the
 * official one. Returns its name.
 */
export async function buildPostgresImage(context: Context, major: Major): Promise<string> {
  const recipe = await hashOf(recipeDirectory, ["Dockerfile", "docker-entrypoint.sh"]);
  const contents = createHash("sha256")
    .update(`${rootfsContents(major)} ${recipe}`)
    .digest("hex");
  const image = `clerk-hasura.local/postgres:${major}-${contents.slice(0, 12)}`;
  if (await hasContents(context, image, contents)) return image;
  const base = await buildBaseImage(context, major);
  context.say(`building the image of Postgres ${major}`);
  const settings = ["--build-arg", `BASE=${base}`, "--build-arg", `MAJOR=${major}`];
  const names = ["--label", `${LABEL}=${contents}`, "--tag", image];
  await context.run("docker", ["build", ...settings, ...names, recipeDirectory]);
  return image;
}
