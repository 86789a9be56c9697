import { join } from "node:path";
import type { Context } from "../tools/setup/context";
import { exists, hashOf, readIfPresent, writeWhole } from "../tools/setup/files";
import type { Paths } from "../tools/setup/paths";
import type { Major } from "./baseRootfs";
import { bundleDoubles } from "./doubles";
import { buildEngineImage } from "./doubles/hasura/image";
import { placeLanguageHosts } from "./languageHosts";
import { buildPlugins } from "./plugins";
import { buildBaseImage, buildPostgresImage } from "./postgresImage";
import { buildPulumiCli } from "./pulumiCli";
import { workflowCheckers } from "./workflowCheckers";

/** Everything the Go binaries are made of. */
export const GO_SOURCES = ["go", "goToolchain.ts", "pulumiCli.ts", "plugins.ts"].map((name) =>
  join("airgap", name),
);

/** Everything the bundles and the engine's stand-in are made of. */
const DOUBLES_SOURCES = ["airgap", "package-lock.json"];

/** What the set-up builds where nothing can be downloaded: its only door into this folder. */
export function buildsOf(paths: Paths) {
  let bundled: Promise<string> | undefined;
  return {
    pulumiCli: buildPulumiCli,
    plugins: buildPlugins,
    postgresImage: (context: Context, major: Major) => buildPostgresImage(context, major),
    engineImage: async (context: Context) => {
      const baseImage = await buildBaseImage(context);
      return buildEngineImage(context, { baseImage, bundles: paths.doubles });
    },
    languageHosts: (context: Context) => placeLanguageHosts(context, join(paths.doubles, "bin")),
    testTools: workflowCheckers,
    // Several steps ask for the bundles at the same time.
    doubles: () => {
      bundled ??= bundleDoublesOnce(paths);
      return bundled;
    },
  };
}

export type Builds = ReturnType<typeof buildsOf>;

/** Returns a hash of the sources that the bundles were made of. */
async function bundleDoublesOnce(paths: Paths): Promise<string> {
  const hash = await hashOf(paths.root, DOUBLES_SOURCES);
  const stamp = join(paths.doubles, "stamp");
  const host = join(paths.doubles, "bin", "pulumi-language-nodejs");
  if ((await readIfPresent(stamp)) === hash && (await exists(host))) return hash;
  await bundleDoubles({ root: paths.root, outDir: paths.doubles });
  await writeWhole(stamp, hash);
  return hash;
}
