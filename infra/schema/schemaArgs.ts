import type * as pulumi from "@pulumi/pulumi";

/** Ends the tag of the engine's image that has `hasura-cli`, behind the release's own tag. */
export const CLI_VARIANT = ".cli-migrations-v3";

/** The schema: a folder of migrations, metadata and seeds as Hasura's CLI keeps them. */
export interface SchemaArgs {
  /** Folder with `config.yaml`, `migrations`, `metadata` and `seeds`, relative to the program's folder and within it. Seeds run in development alone. */
  path: string;
  /** Image with `hasura-cli` of the engine's own version. Default: the engine's image with `.cli-migrations-v3` behind its tag; required where that image has no tag. */
  image?: pulumi.Input<string>;
  /** Versions of migrations that were changed, removed or inserted late on purpose. Default: none, and each is refused. */
  accept?: string[];
  /** Seconds that all migrations, metadata and seeds of one update may take, 30 to 86400. Default: 900. */
  timeoutSeconds?: number;
}
