import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Builds, buildsOf, GO_SOURCES } from "../../airgap/builds";
import { ensureBackend, ensureDevSettings, personalPulumiHome } from "./backend";
import { type Context, contextsWithLog, type PartsChoice } from "./context";
import { ensureDockerEngine } from "./dockerEngine";
import { fileProblem, hashOf, makePrivate, readJsonIfPresent, writeWhole } from "./files";
import { ensureImages } from "./images";
import { launcherScript } from "./launcher";
import { composeParts, countKinds, type Parts, partsChoice } from "./parts";
import type { Paths } from "./paths";
import { installLocalPlugins, installReleasedPlugins } from "./plugins";
import { numberedSteps, type Step, standardOutput } from "./progress";
import { besideHost, ensurePulumiCli, type PulumiCli } from "./pulumiCli";
import { lockSetup } from "./setupLock.mjs";
import { UserError } from "./userError.mjs";

/** One run of the set-up. */
interface Run {
  paths: Paths;
  step: Step;
  contextFor: (say: (text: string) => void) => Context;
  choice: PartsChoice;
  builds: Builds;
  /** Whether to set up what only tests run: programs in other languages, and the workflow checker. */
  languages: boolean;
}

async function runSteps(run: Run): Promise<Parts> {
  const { paths, step, contextFor, choice, builds, languages } = run;
  const docker = await step("Docker engine", async (say) => {
    const { version, started } = await ensureDockerEngine(paths, contextFor(say));
    return { value: version, detail: `${version}${started ? ", started" : ""}` };
  });
  // Images need no Pulumi: they are built while the CLI and the plugins compile.
  let sayImages = (_text: string) => {};
  const context = contextFor((text) => sayImages(text));
  const imagesReady = ensureImages({ paths, choice, context, builds, other: languages });
  imagesReady.catch(() => {});
  const cli = await cliStep(run);
  const releasedPlugins = await pluginsStep(run, cli);
  const images = await step("container images", async (say) => {
    sayImages = say;
    const value = await imagesReady;
    return { value, detail: value ? "built here" : "released or named" };
  });
  const backend = await step("Pulumi backend", async () => {
    await ensureDevSettings(paths.root);
    const value = await ensureBackend(paths, process.env);
    return { value, detail: value.detail };
  });
  return step("launcher", async (say) => {
    const tools = languages ? await builds.testTools(contextFor(say)) : [];
    const value = composeParts(paths, { cli, releasedPlugins, images, backend, docker, tools });
    await writeWhole(paths.parts, `${JSON.stringify(value, undefined, 2)}\n`);
    await writeWhole(paths.launcher, launcherScript(value), 0o755);
    return { value, detail: countKinds(value.parts) };
  });
}

function cliStep({ paths, step, contextFor, choice, builds, languages }: Run): Promise<PulumiCli> {
  return step("Pulumi CLI", async (say) => {
    const context = contextFor(say);
    const hash = await hashOf(paths.root, GO_SOURCES);
    const stamp = join(paths.local, "cli.json");
    const before = await readJsonIfPresent(stamp);
    const builtBefore = before?.hash === hash ? String(before.directory) : undefined;
    const build = async () => {
      const directory = await builds.pulumiCli(context);
      await writeWhole(stamp, JSON.stringify({ hash, directory }));
      return directory;
    };
    const cli = await ensurePulumiCli({ paths, choice, context, build, builtBefore });
    if (!cli.languageHost) await builds.doubles();
    if (!cli.languageHost && languages) await builds.languageHosts(context);
    const value = cli.languageHost ? cli : await besideHost(cli, join(paths.doubles, "bin"));
    return { value, detail: `${cli.version}, ${cli.kind}` };
  });
}

/** Returns whether the released plugins are used. */
function pluginsStep(run: Run, { kind, binary: pulumi }: PulumiCli): Promise<boolean> {
  const { paths, step, contextFor, choice, builds } = run;
  return step("Pulumi plugins", async (say) => {
    const context = contextFor(say);
    // If the CLI could not be downloaded, its plugins cannot either.
    const ask = choice === "released" || (choice === "auto" && kind === "released");
    const home = personalPulumiHome(paths, process.env);
    if (ask && (await installReleasedPlugins(pulumi, home, context))) {
      return { value: true, detail: "released" };
    }
    if (choice === "released") {
      throw new UserError(
        "the released plugins cannot be downloaded; unset CLERK_HASURA_PARTS to build them here",
      );
    }
    const doublesHash = await builds.doubles();
    const goHash = await hashOf(paths.root, GO_SOURCES);
    const build = () => builds.plugins(context);
    await installLocalPlugins({ pulumi, paths, context, build, doublesHash, goHash });
    return { value: false, detail: "built here and doubles" };
  });
}

/**
 * Sets up everything but npm packages, which `tools/cli.mjs` installs; keeps what is there.
 * @throws UserError that names the log if a step fails.
 */
export async function setUp(
  paths: Paths,
  { languages = false }: { languages?: boolean } = {},
): Promise<Parts> {
  await makePrivate(paths.local);
  const terminal = standardOutput();
  const release = await lockSetup(paths.setupLock, (text) => terminal.write(`${text}\n`));
  // A signal must release the lock too.
  process.once("exit", release);
  try {
    await rm(paths.setupLog, { force: true });
    return await runSteps({
      paths,
      step: numberedSteps(6, terminal, process.stdout.columns || 100),
      contextFor: contextsWithLog(paths),
      choice: partsChoice(process.env.CLERK_HASURA_PARTS),
      builds: buildsOf(paths),
      languages,
    });
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
