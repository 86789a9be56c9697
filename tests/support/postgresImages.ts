import { OTHER_POSTGRES_MAJOR, POSTGRES_MAJOR, RELEASED_IMAGES } from "../../tools/setup/images";

const { env } = process;

/** The Postgres that tests run: the one of the set-up or of the person who runs them, else the released one. */
export const POSTGRES = {
  image: env.CLERK_HASURA_POSTGRES_IMAGE || RELEASED_IMAGES.postgres,
  major: env.CLERK_HASURA_POSTGRES_MAJOR || `${POSTGRES_MAJOR}`,
};

/** A Postgres of another major version, for what happens between two. */
export const OTHER_POSTGRES = {
  image: env.CLERK_HASURA_OTHER_POSTGRES_IMAGE || `postgres:${OTHER_POSTGRES_MAJOR}-bookworm`,
  major: env.CLERK_HASURA_OTHER_POSTGRES_MAJOR || `${OTHER_POSTGRES_MAJOR}`,
};
