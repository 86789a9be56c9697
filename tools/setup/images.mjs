import { readJsonIfPresent, writeWhole } from "./files.mjs";
import { UserError } from "./userError.mjs";

/** Images that the program uses by default; a stack's config may name others. */
export const RELEASED_IMAGES = {
  postgres: "postgres:17-bookworm",
  engine: "hasura/graphql-engine:v2.50.10",
};

/** Major version of the released Postgres, and an older one that tests alone need: for what happens between the two. */
export const POSTGRES_MAJOR = 17;
export const OTHER_POSTGRES_MAJOR = 15;

/** Names of what is built here begin so. */
const LOCAL = "clerk-hasura.local/";

/**
 * The images that the environment names in place of the default ones. The name of a stand-in is no choice: set-up gives
 * it to what it starts.
 * @param {NodeJS.ProcessEnv} env
 * @returns {{ postgres?: string, engine?: string }}
 */
export function namedImages({
  CLERK_HASURA_POSTGRES_IMAGE: postgres,
  CLERK_HASURA_ENGINE_IMAGE: engine,
}) {
  return {
    ...(postgres && !postgres.startsWith(LOCAL) ? { postgres } : {}),
    ...(engine && !engine.startsWith(LOCAL) ? { engine } : {}),
  };
}

/**
 * @typedef {object} LocalImages
 * @property {string} postgres
 * @property {number} postgresMajor
 * @property {string} engine
 * @property {string} [otherPostgres] Where tests wanted it.
 */

/**
 * @param {string[]} images
 * @param {import("./context.mjs").Context} context
 * @returns {Promise<boolean>} Whether the engine has all of them.
 */
const arePresent = (images, context) =>
  context.run("docker", ["image", "inspect", "--format", "{{.Id}}", ...images]).then(
    () => true,
    () => false,
  );

/**
 * Whether the images are here already or their registry answers.
 * @param {string[]} images
 * @param {import("./context.mjs").Context} context
 */
async function canBePulled(images, context) {
  if (await arePresent(images, context)) return true;
  const asked = images.map((image) =>
    context.run("docker", ["manifest", "inspect", image], { timeoutMs: 15_000 }),
  );
  return (await Promise.allSettled(asked)).every((answer) => answer.status === "fulfilled");
}

/**
 * @param {Record<string, unknown> | undefined} stamp
 * @returns {LocalImages | undefined}
 */
function localImagesOf(stamp) {
  const { postgres, postgresMajor, engine, otherPostgres } = stamp ?? {};
  if (typeof postgres !== "string" || typeof engine !== "string") return undefined;
  if (typeof postgresMajor !== "number") return undefined;
  const images = { postgres, postgresMajor, engine };
  return typeof otherPostgres === "string" ? { ...images, otherPostgres } : images;
}

/**
 * @param {import("./context.mjs").Context} context
 * @param {Pick<import("./builds.mjs").Builds, "postgresImage" | "engineImage">} builds
 * @param {boolean} other
 * @returns {Promise<LocalImages>}
 */
async function buildImages(context, builds, other) {
  context.say("building the Postgres image");
  const postgres = await builds.postgresImage(context, POSTGRES_MAJOR);
  context.say("building the stand-in for the Hasura engine");
  const engine = await builds.engineImage(context);
  const images = { postgres, postgresMajor: POSTGRES_MAJOR, engine };
  if (!other) return images;
  context.say("building the image of another Postgres");
  return { ...images, otherPostgres: await builds.postgresImage(context, OTHER_POSTGRES_MAJOR) };
}

/**
 * Decides between released and local images, and builds the local ones that are missing.
 * @param {object} input
 * @param {import("./paths.mjs").Paths} input.paths
 * @param {import("./partsChoice.mjs").PartsChoice} input.choice
 * @param {import("./context.mjs").Context} input.context
 * @param {Pick<import("./builds.mjs").Builds, "postgresImage" | "engineImage" | "doubles">} input.builds
 * @param {boolean} input.other Whether the image of another major version is wanted too.
 * @param {NodeJS.ProcessEnv} [input.env]
 * @returns {Promise<LocalImages | undefined>} `undefined` where the released ones are used, or those that are named.
 */
export async function ensureImages({ paths, choice, context, builds, other, env = process.env }) {
  const named = namedImages(env);
  const stamp = await readJsonIfPresent(paths.imagesStamp);
  const before = localImagesOf(stamp);
  // Nothing is built, or asked for, that would not be used.
  if (choice === "auto" && named.postgres && named.engine) return undefined;
  if (choice === "released" || (choice === "auto" && before === undefined)) {
    context.say("asking for the released images");
    const wanted = Object.values({ ...RELEASED_IMAGES, ...named });
    if (await canBePulled(wanted, context)) return undefined;
    if (choice === "released") {
      const names = wanted.join(" and ");
      throw new UserError(
        `${names} cannot be pulled; pull them by hand, or unset CLERK_HASURA_PARTS to have images built here`,
      );
    }
  }
  const sources = await builds.doubles();
  const current = before && stamp?.sources === sources && (before.otherPostgres || !other);
  const names = before && Object.values(before).filter((value) => typeof value === "string");
  if (current && (await arePresent(names ?? [], context))) return before;
  const images = await buildImages(context, builds, other);
  await writeWhole(paths.imagesStamp, JSON.stringify({ ...images, sources }));
  return images;
}
