import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ensureBackend, personalPulumiHome } from "./backend.mjs";
import { buildsOf, GO_SOURCES } from "./builds.mjs";
import { contextsWithLog } from "./context.mjs";
import { ensureDockerEngine } from "./dockerEngine.mjs";
import { fileProblem } from "./fileProblem.mjs";
import { hashOf, makePrivate, readJsonIfPresent, writeWhole } from "./files.mjs";
import { ensureImages, namedImages, OTHER_POSTGRES_MAJOR, RELEASED_IMAGES } from "./images.mjs";
import { launcherScript } from "./launcher.mjs";
import { ensureNpmPackages } from "./npmPackages.mjs";
import { partsChoice } from "./partsChoice.mjs";
import { accountHome } from "./paths.mjs";
import { installLocalPlugins, installReleasedPlugins, PLUGINS } from "./plugins.mjs";
import { Progress, standardOutput } from "./progress.mjs";
import { besideHost, ensurePulumiCli } from "./pulumiCli.mjs";
import { lockSetup } from "./setupLock.mjs";
import { UserError } from "./userError.mjs";

/** @typedef {import("./launcher.mjs").Parts} Parts */
/** @typedef {import("./partsChoice.mjs").Part} Part */

/**
 * @typedef {object} Found
 * @property {import("./pulumiCli.mjs").PulumiCli} cli
 * @property {boolean} releasedPlugins
 * @property {import("./images.mjs").LocalImages | undefined} images `undefined` where released.
 * @property {import("./backend.mjs").Backend} backend
 * @property {string} docker Version of the engine.
 * @property {string[]} tools Folders of commands that only tests run.
 */

/**
 * Names every part and what it is on this machine.
 * @param {Found} found
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Part[]}
 */
export function describeParts({ cli, releasedPlugins, images, docker }, env = process.env) {
  /** @type {Part[]} */
  const parts = [
    { name: "Docker engine", kind: "released", detail: docker },
    { name: "Pulumi CLI", kind: cli.kind, detail: cli.version },
    { name: "Node language host", kind: cli.languageHost ? "released" : "double", detail: "" },
  ];
  for (const { name, version, double } of PLUGINS) {
    const kind = releasedPlugins ? "released" : double ? "double" : "built here";
    parts.push({ name: `${name} plugin`, kind, detail: version });
  }
  const { postgres, engine } = images ?? RELEASED_IMAGES;
  const named = namedImages(env);
  const part = (
    /** @type {string} */ name,
    /** @type {"built here" | "double"} */ local,
    /** @type {string} */ found,
    /** @type {string | undefined} */ chosen,
  ) =>
    parts.push({
      name,
      kind: chosen ? "named" : images ? local : "released",
      detail: chosen ?? found,
    });
  part("Postgres image", "built here", postgres, named.postgres);
  part("Hasura engine", "double", engine, named.engine);
  return parts;
}

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {Found} found
 * @returns {Parts}
 */
export function composeParts(paths, found) {
  const { cli, releasedPlugins, images, backend, tools } = found;
  /** @type {Record<string, string>} */
  const env = { PULUMI_SKIP_UPDATE_CHECK: "true", ...backend.env };
  if (images) {
    env.CLERK_HASURA_POSTGRES_IMAGE = images.postgres;
    env.CLERK_HASURA_POSTGRES_MAJOR = String(images.postgresMajor);
    env.CLERK_HASURA_ENGINE_IMAGE = images.engine;
  }
  if (images?.otherPostgres) {
    env.CLERK_HASURA_OTHER_POSTGRES_IMAGE = images.otherPostgres;
    env.CLERK_HASURA_OTHER_POSTGRES_MAJOR = String(OTHER_POSTGRES_MAJOR);
  }
  const login = join(accountHome(), ".pulumi");
  const home = releasedPlugins ? {} : { home: paths.pulumiHome, login };
  return {
    parts: describeParts(found),
    env,
    path: [dirname(cli.binary), ...tools],
    pulumi: cli.binary,
    ...home,
  };
}

/** @param {Part[]} parts */
export function countKinds(parts) {
  const count = (/** @type {string} */ kind) => parts.filter((part) => part.kind === kind).length;
  const named = count("named") > 0 ? `, ${count("named")} named` : "";
  return `${count("released")} released, ${count("built here")} built here, ${count("double")} doubles${named}`;
}

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {Progress} progress
 * @param {(say: (text: string) => void) => import("./context.mjs").Context} contextFor
 * @param {boolean} languages
 * @returns {Promise<Parts>}
 */
async function runSteps(paths, progress, contextFor, languages) {
  const choice = partsChoice(process.env.CLERK_HASURA_PARTS);
  const builds = buildsOf(paths);
  await progress.step("npm packages", async (say) => {
    const detail = await ensureNpmPackages(paths, contextFor(say));
    return { value: undefined, detail };
  });
  const docker = await progress.step("Docker engine", async (say) => {
    const { version, started } = await ensureDockerEngine(paths, contextFor(say));
    return { value: version, detail: `${version}${started ? ", started" : ""}` };
  });
  // Images need no Pulumi: they are made while the CLI and the plugins are compiled.
  let sayImages = (/** @type {string} */ _text) => {};
  const imagesContext = contextFor((text) => sayImages(text));
  const wanted = { paths, choice, context: imagesContext, builds, other: languages };
  const imagesReady = ensureImages(wanted);
  imagesReady.catch(() => {});
  const cli = await cliStep(paths, progress, contextFor, choice, { ...builds, languages });
  const releasedPlugins = await pluginsStep(paths, progress, contextFor, choice, builds, cli);
  const images = await progress.step("container images", async (say) => {
    sayImages = say;
    const value = await imagesReady;
    return { value, detail: value ? "built here" : "released or named" };
  });
  const backend = await progress.step("Pulumi backend", async () => {
    const value = await ensureBackend(paths, process.env);
    return { value, detail: value.detail };
  });
  return progress.step("launcher", async (say) => {
    const tools = languages ? await builds.testTools(contextFor(say)) : [];
    const parts = composeParts(paths, { cli, releasedPlugins, images, backend, docker, tools });
    await writeWhole(paths.parts, `${JSON.stringify(parts, undefined, 2)}\n`);
    await writeWhole(paths.launcher, launcherScript(parts), 0o755);
    return { value: parts, detail: countKinds(parts.parts) };
  });
}

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {Progress} progress
 * @param {(say: (text: string) => void) => import("./context.mjs").Context} contextFor
 * @param {import("./partsChoice.mjs").PartsChoice} choice
 * @param {import("./builds.mjs").Builds & { languages: boolean }} builds `languages`: whether hosts of other languages are wanted too.
 */
function cliStep(paths, progress, contextFor, choice, builds) {
  return progress.step("Pulumi CLI", async (say) => {
    const context = contextFor(say);
    const goHash = await hashOf(paths.root, GO_SOURCES);
    const stamp = join(paths.local, "cli.json");
    const before = await readJsonIfPresent(stamp);
    const builtBefore = before?.hash === goHash ? String(before.directory) : undefined;
    const build = async () => {
      const directory = await builds.pulumiCli(context);
      await writeWhole(stamp, JSON.stringify({ hash: goHash, directory }));
      return directory;
    };
    const cli = await ensurePulumiCli(paths, choice, context, build, builtBefore);
    if (!cli.languageHost) await builds.doubles();
    if (!cli.languageHost && builds.languages) await builds.languageHosts(context);
    const value = cli.languageHost ? cli : await besideHost(cli, join(paths.doubles, "bin"));
    return { value, detail: `${cli.version}, ${cli.kind}` };
  });
}

/**
 * @param {import("./paths.mjs").Paths} paths
 * @param {Progress} progress
 * @param {(say: (text: string) => void) => import("./context.mjs").Context} contextFor
 * @param {import("./partsChoice.mjs").PartsChoice} choice
 * @param {import("./builds.mjs").Builds} builds
 * @param {import("./pulumiCli.mjs").PulumiCli} cli
 * @returns {Promise<boolean>} Whether the released plugins are used.
 */
function pluginsStep(paths, progress, contextFor, choice, builds, cli) {
  return progress.step("Pulumi plugins", async (say) => {
    const context = contextFor(say);
    // Where the CLI could not be downloaded, its plugins cannot either: not asked again.
    const ask = choice === "released" || (choice === "auto" && cli.kind === "released");
    const home = personalPulumiHome(paths, process.env);
    if (ask && (await installReleasedPlugins(cli.binary, home, context))) {
      return { value: true, detail: "released" };
    }
    if (choice === "released") {
      throw new UserError(
        "the released plugins cannot be downloaded; unset CLERK_HASURA_PARTS to have them built here",
      );
    }
    const doublesHash = await builds.doubles();
    const goHash = await hashOf(paths.root, GO_SOURCES);
    const build = () => builds.plugins(context);
    await installLocalPlugins({ pulumi: cli.binary, paths, context, build, doublesHash, goHash });
    return { value: false, detail: "built here and doubles" };
  });
}

/**
 * Does all set-up; what is there already is only looked at.
 * @param {import("./paths.mjs").Paths} paths
 * @param {{ languages?: boolean }} [wanted] `languages`: also what tests alone run: programs in other languages, and the checker of workflows. Default: false.
 * @returns {Promise<Parts>}
 * @throws {UserError} naming the log where a step fails.
 */
export async function setUp(paths, { languages = false } = {}) {
  await makePrivate(paths.local);
  const terminal = standardOutput();
  const release = await lockSetup(paths.setupLock, (text) => terminal.write(`${text}\n`));
  // A set-up ended by a signal gives the lock back too.
  process.once("exit", release);
  try {
    await rm(paths.setupLog, { force: true });
    const progress = new Progress(7, terminal, process.stdout.columns || 100);
    return await runSteps(paths, progress, contextsWithLog(paths), languages);
  } catch (error) {
    const problem = fileProblem(error, paths.root);
    if (problem !== undefined) throw new UserError(problem);
    const reason = error instanceof Error ? error.message : String(error);
    const code = error instanceof UserError ? error.exitCode : 1;
    throw new UserError(`${reason}; full log: ${paths.setupLog}`, code);
  } finally {
    process.off("exit", release);
    release();
  }
}
