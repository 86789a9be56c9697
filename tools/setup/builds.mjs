import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { hashOf, readIfPresent, writeWhole } from "./files.mjs";
import { exists } from "./pulumiCli.mjs";

/**
 * The air-gapped builds, loaded only where they are needed: some of them use npm packages.
 * @param {import("./paths.mjs").Paths} paths
 */
export function buildsOf(paths) {
  const load = (/** @type {string} */ name) => import(pathToFileURL(join(paths.root, name)).href);
  /** @type {Promise<string> | undefined} */
  let bundled;
  return {
    /** @param {import("./context.mjs").Context} context @returns {Promise<string>} */
    pulumiCli: async (context) => (await load("airgap/pulumiCli.mjs")).buildPulumiCli(context),
    /**
     * @param {import("./context.mjs").Context} context
     * @returns {Promise<{ docker: string, random: string }>}
     */
    plugins: async (context) => (await load("airgap/plugins.mjs")).buildPlugins(context),
    /**
     * @param {import("./context.mjs").Context} context
     * @param {number} major
     * @returns {Promise<string>}
     */
    postgresImage: async (context, major) =>
      (await load("airgap/postgresImage.mjs")).buildPostgresImage(context, major),
    /** @param {import("./context.mjs").Context} context @returns {Promise<string>} */
    engineImage: (context) => buildEngine(context, join(paths.doubles, "hasura.cjs"), load),
    /** @param {import("./context.mjs").Context} context @returns {Promise<string[]>} */
    languageHosts: async (context) => {
      const { placeLanguageHosts } = await load("airgap/languageHosts.mjs");
      return placeLanguageHosts(context, join(paths.doubles, "bin"));
    },
    /** @param {import("./context.mjs").Context} context @returns {Promise<string[]>} */
    testTools: async (context) => (await load("airgap/actionlint.mjs")).actionlintFolders(context),
    // Several steps ask for the bundles at the same time.
    doubles: () => {
      bundled ??= bundleDoublesOnce(paths, load);
      return bundled;
    },
  };
}

/** @typedef {ReturnType<typeof buildsOf>} Builds */

/**
 * @param {import("./context.mjs").Context} context
 * @param {string} bundle The bundled double.
 * @param {(name: string) => Promise<any>} load
 * @returns {Promise<string>} Name of the image.
 */
async function buildEngine(context, bundle, load) {
  const { buildBaseImage } = await load("airgap/postgresImage.mjs");
  const { buildEngineImage } = await load("airgap/doubles/hasura/image.mjs");
  const built = await buildEngineImage(context, {
    baseImage: await buildBaseImage(context),
    bundle,
  });
  return typeof built === "string" ? built : built.image;
}

/** Everything the Go binaries are made of. */
export const GO_SOURCES = ["go", "goToolchain.mjs", "pulumiCli.mjs", "plugins.mjs"].map((name) =>
  join("airgap", name),
);

/** Everything the bundles and the engine's stand-in are made of. */
export const DOUBLES_SOURCES = ["airgap/doubles", "airgap", "package-lock.json"];

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {(name: string) => Promise<any>} load
 * @returns {Promise<string>} Hash of the sources that the bundles were made of.
 */
async function bundleDoublesOnce(paths, load) {
  const hash = await hashOf(paths.root, DOUBLES_SOURCES);
  const stamp = join(paths.doubles, "stamp");
  const host = join(paths.doubles, "bin", "pulumi-language-nodejs");
  if ((await readIfPresent(stamp)) === hash && (await exists(host))) return hash;
  const { bundleDoubles } = await load("airgap/doubles.mjs");
  await bundleDoubles({ root: paths.root, outDir: paths.doubles });
  await writeWhole(stamp, hash);
  return hash;
}
