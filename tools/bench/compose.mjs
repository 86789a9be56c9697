import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheEntry } from "../../airgap/cacheEntry.mjs";
import { ensureGo } from "../../airgap/goToolchain.mjs";
import { hashOf } from "../setup/files.mjs";

/** @typedef {import("./bench.mjs").Bench} Bench */

/**
 * What plays Docker Compose.
 * @typedef {object} Compose
 * @property {string} command
 * @property {string[]} args Before those of compose itself.
 * @property {string} detail Version, and where it comes from.
 */

const SOURCE = "github.com/docker/compose/v2";

/**
 * @param {Bench} bench
 * @param {string} version
 */
function buildCompose(bench, version) {
  const module = join(bench.paths.root, "tools", "bench", "compose");
  const context = {
    cacheDir: bench.paths.cacheDir,
    log: () => {},
    say: (/** @type {string} */ text) => bench.say(text),
    // Compiling takes minutes where nothing of it was compiled before.
    run: (/** @type {string} */ command, /** @type {string[]} */ args, options = {}) =>
      bench.run(command, args, { ...options, timeoutMs: 900_000 }),
  };
  return hashOf(dirname(module), ["compose"]).then((hash) =>
    cacheEntry(context, `compose/${version}-${hash.slice(0, 12)}/docker-compose`, async (draft) => {
      const go = await ensureGo(context);
      context.say(`building Docker Compose ${version} from its Go module`);
      const env = { CGO_ENABLED: "0", GOFLAGS: "", GOTOOLCHAIN: "local", GOWORK: "off" };
      const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly", "-o", draft];
      const linker = `-s -w -X ${SOURCE}/internal.Version=${version}`;
      await context.run(go, ["build", ...flags, "-ldflags", linker, `${SOURCE}/cmd`], {
        cwd: module,
        env: { ...process.env, ...env },
      });
    }),
  );
}

/**
 * Finds Docker Compose, or builds it from its Go module.
 * @param {Bench} bench
 * @returns {Promise<Compose | undefined>} `undefined` where neither is possible.
 */
export async function ensureCompose(bench) {
  const found = await bench
    .run("docker", ["compose", "version", "--short"])
    .then((text) => text.trim())
    .catch(() => "");
  if (found) return { command: "docker", args: ["compose"], detail: `${found}, found here` };
  const goMod = await readFile(join(bench.paths.root, "tools/bench/compose/go.mod"), "utf8");
  const version = /docker\/compose\/v2 (v[\d.]+)/.exec(goMod)?.[1] ?? "of no version";
  try {
    const command = await buildCompose(bench, version);
    await bench.run(command, ["version"]);
    return { command, args: [], detail: `${version}, built here` };
  } catch (error) {
    bench.say(`Docker Compose cannot be built: ${error}`);
    return undefined;
  }
}
