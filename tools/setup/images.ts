import type { Builds } from "../../airgap/builds";
import { HASURA_DEFAULTS } from "../../infra/hasura/hasuraArgs";
import { POSTGRES_DEFAULTS } from "../../infra/postgres/postgresArgs";
import { CLI_VARIANT } from "../../infra/schema/schemaArgs";
import type { Context, PartsChoice } from "./context";
import { readJsonIfPresent, writeWhole } from "./files";
import type { Paths } from "./paths";
import { UserError } from "./userError.mjs";

/** Images that stacks use by default. */
export const RELEASED_IMAGES = {
  postgres: POSTGRES_DEFAULTS.image,
  engine: HASURA_DEFAULTS.image,
};

/** The image with hasura-cli that belongs to an engine's; none where that has no tag. A digest names the engine's alone. */
export function cliImages(engine: string): string[] {
  const name = engine.replace(/@.*/, "");
  return /:[^/]+$/.test(name) ? [`${name}${CLI_VARIANT}`] : [];
}

/** Major versions of the released Postgres, and of an older one for tests. */
export const POSTGRES_MAJOR = 17;
export const OTHER_POSTGRES_MAJOR = 15;

/** Prefix of images that are built here. */
const LOCAL = "clerk-hasura.local/";

/** Returns the images that the environment names. Stand-ins do not count: set-up itself names them to what it starts. */
export function namedImages({
  CLERK_HASURA_POSTGRES_IMAGE: postgres,
  CLERK_HASURA_ENGINE_IMAGE: engine,
}: NodeJS.ProcessEnv): { postgres?: string; engine?: string } {
  return {
    ...(postgres && !postgres.startsWith(LOCAL) ? { postgres } : {}),
    ...(engine && !engine.startsWith(LOCAL) ? { engine } : {}),
  };
}

export interface LocalImages {
  postgres: string;
  postgresMajor: number;
  engine: string;
  /** For tests only. */
  otherPostgres?: string;
}

/** Whether Docker has all of them. */
const arePresent = (images: string[], context: Context): Promise<boolean> =>
  context.run("docker", ["image", "inspect", "--format", "{{.Id}}", ...images]).then(
    () => true,
    () => false,
  );

/** Whether the images are present or their registry answers. */
async function canBePulled(images: string[], context: Context) {
  if (await arePresent(images, context)) return true;
  const asked = images.map((image) =>
    context.run("docker", ["manifest", "inspect", image], { timeoutMs: 15_000 }),
  );
  return (await Promise.allSettled(asked)).every((answer) => answer.status === "fulfilled");
}

function localImagesOf(stamp: Record<string, unknown> | undefined): LocalImages | undefined {
  const { postgres, postgresMajor, engine, otherPostgres } = stamp ?? {};
  if (typeof postgres !== "string" || typeof engine !== "string") return undefined;
  if (typeof postgresMajor !== "number") return undefined;
  const images = { postgres, postgresMajor, engine };
  return typeof otherPostgres === "string" ? { ...images, otherPostgres } : images;
}

async function buildImages(
  context: Context,
  builds: Pick<Builds, "postgresImage" | "engineImage">,
  other: boolean,
): Promise<LocalImages> {
  context.say("building the Postgres image");
  const postgres = await builds.postgresImage(context, POSTGRES_MAJOR);
  context.say("building the double of the Hasura engine and of hasura-cli");
  const engine = await builds.engineImage(context);
  const images = { postgres, postgresMajor: POSTGRES_MAJOR, engine };
  if (!other) return images;
  context.say("building the image of another Postgres");
  return { ...images, otherPostgres: await builds.postgresImage(context, OTHER_POSTGRES_MAJOR) };
}

/** Chooses between released and local images and builds missing local ones; undefined for released or named ones. */
export async function ensureImages({
  paths,
  choice,
  context,
  builds,
  other,
  env = process.env,
}: {
  paths: Paths;
  choice: PartsChoice;
  context: Context;
  builds: Pick<Builds, "postgresImage" | "engineImage" | "doubles">;
  other: boolean;
  env?: NodeJS.ProcessEnv;
}): Promise<LocalImages | undefined> {
  const named = namedImages(env);
  const stamp = await readJsonIfPresent(paths.imagesStamp);
  const before = localImagesOf(stamp);
  // Builds and requests nothing that would not be used.
  if (choice === "auto" && named.postgres && named.engine) return undefined;
  if (choice === "released" || (choice === "auto" && before === undefined)) {
    context.say("pulling the released images");
    const { postgres, engine } = { ...RELEASED_IMAGES, ...named };
    const wanted = [postgres, engine, ...cliImages(engine)];
    if (await canBePulled(wanted, context)) return undefined;
    if (choice === "released") {
      const names = wanted.join(", ");
      throw new UserError(
        `${names} cannot be pulled; pull them yourself, or unset CLERK_HASURA_PARTS to build images here`,
      );
    }
  }
  const sources = await builds.doubles();
  const current = before && stamp?.sources === sources && (before.otherPostgres || !other);
  const names = before && Object.values(before).filter((value) => typeof value === "string");
  const all = before && names ? [...names, ...cliImages(before.engine)] : [];
  if (current && (await arePresent(all, context))) return before;
  const images = await buildImages(context, builds, other);
  await writeWhole(paths.imagesStamp, JSON.stringify({ ...images, sources }));
  return images;
}
