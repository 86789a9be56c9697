import { readFile } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutRoot } from "../tools/setup/checkoutRoot.cjs";
import { cacheEntry } from "./cacheEntry.mjs";
import { ensureDebianCommand } from "./debianPackages.mjs";

/** @typedef {import("../tools/setup/context.mjs").Context} Context */

/** Directory of the Go module that everything built from Go comes from. */
export const goModule = join(checkoutRoot, "airgap", "go");

const ARCHITECTURES = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
]);

/**
 * @param {string} text Text with a Go version in it, such as "go1.25.11" or "go 1.25.11".
 * @returns {[number, number, number] | undefined}
 */
export function parseGoVersion(text) {
  const match = /\bgo ?(\d+)\.(\d+)(?:\.(\d+))?(?![\w.])/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/**
 * @param {[number, number, number] | undefined} have
 * @param {[number, number, number]} want
 */
export function isNewEnough(have, want) {
  if (!have) return false;
  const different = want.findIndex((part, index) => part !== have[index]);
  return different === -1 || (have[different] ?? 0) > (want[different] ?? 0);
}

/** The Go that is asked about must answer itself, not the one that it would download. */
const ownVersion = () => ({ ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "" });

/**
 * @param {Context} context
 * @param {string} go
 */
async function versionOf(context, go) {
  const options = { cwd: tmpdir(), env: ownVersion() };
  return parseGoVersion(await context.run(go, ["version"], options).catch(() => ""));
}

/**
 * Fetches a Go from the module proxy, where every release is a module.
 * @param {Context} context
 * @param {string} older A Go that is too old to build with but can download modules.
 * @param {string} version
 */
function fetchGo(context, older, version) {
  const architecture = ARCHITECTURES.get(arch());
  const release = `go${version}.${platform()}-${architecture}`;
  return cacheEntry(context, `go/${release}`, async (draft) => {
    context.say(`downloading ${release}`);
    const module = `golang.org/toolchain@v0.0.1-${release}`;
    const options = { cwd: tmpdir(), env: ownVersion() };
    const answer = await context.run(older, ["mod", "download", "-json", module], options);
    await context.run("cp", ["-r", String(JSON.parse(answer).Dir), draft]);
    // Modules carry no file modes, and the module cache is read-only.
    await context.run("chmod", ["-R", "u+w", draft]);
    await context.run("chmod", ["-R", "a+x", join(draft, "bin"), join(draft, "pkg", "tool")]);
  });
}

/**
 * Finds or fetches a Go that is new enough for {@link goModule}: the one on PATH, or else that of
 * the module proxy, fetched by the older one on PATH or Debian's (installed where that is missing).
 * @param {Context} context
 * @returns {Promise<string>} The `go` command, to be run with GOTOOLCHAIN=local.
 */
export async function ensureGo(context) {
  const goMod = await readFile(join(goModule, "go.mod"), "utf8");
  const wanted = parseGoVersion(goMod);
  if (!wanted) throw new Error("go.mod names no Go version");
  const onPath = await versionOf(context, "go");
  if (isNewEnough(onPath, wanted)) return "go";
  if (!onPath) await ensureDebianCommand(context, "go", "golang-go");
  return join(await fetchGo(context, "go", wanted.join(".")), "bin", "go");
}

/**
 * Builds one command of a Go module.
 * @param {Context} context
 * @param {object} build
 * @param {string} build.go From {@link ensureGo}.
 * @param {string} build.source Package of the command.
 * @param {string} [build.version] Variable and value that the linker sets, as `path.name=value`; none by default.
 * @param {string} build.output Path of the binary.
 * @param {string} [build.module] Directory of the module, {@link goModule} by default.
 */
export async function buildGoCommand(context, { go, source, version, output, module = goModule }) {
  const env = {
    ...process.env,
    // Bare machines have no C compiler, and the released binaries are built without one too.
    CGO_ENABLED: "0",
    GOFLAGS: "",
    GOTOOLCHAIN: "local",
    GOWORK: "off",
  };
  const flags = ["-trimpath", "-buildvcs=false", "-mod=readonly"];
  const linker = version === undefined ? "-s -w" : `-s -w -X ${version}`;
  const args = ["build", ...flags, "-ldflags", linker, "-o", output, source];
  await context.run(go, args, { cwd: module, env });
}
