import { readFile } from "node:fs/promises";
import { arch, platform, tmpdir } from "node:os";
import { join } from "node:path";
import { checkoutRoot } from "../tools/setup/checkoutRoot.cjs";
import type { Context } from "../tools/setup/context";
import { cacheEntry } from "./cacheEntry";
import { ensureDebianCommand } from "./debianPackages";

/** Directory of the Go module that everything built from Go comes from. */
export const goModule = join(checkoutRoot, "airgap", "go");

const ARCHITECTURES = new Map([
  ["x64", "amd64"],
  ["arm64", "arm64"],
]);

export function parseGoVersion(text: string): [number, number, number] | undefined {
  const match = /\bgo ?(\d+)\.(\d+)(?:\.(\d+))?(?![\w.])/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

export function isNewEnough(
  have: [number, number, number] | undefined,
  want: [number, number, number],
) {
  if (!have) return false;
  const different = want.findIndex((part, index) => part !== have[index]);
  return different === -1 || (have[different] ?? 0) > (want[different] ?? 0);
}

/** The Go that is asked about must answer itself, not the one that it would download. */
const ownVersion = () => ({ ...process.env, GOTOOLCHAIN: "local", GOFLAGS: "" });

async function versionOf(context: Context, go: string) {
  const options = { cwd: tmpdir(), env: ownVersion() };
  return parseGoVersion(await context.run(go, ["version"], options).catch(() => ""));
}

/** Fetches a Go from the module proxy, where every release is a module. */
function fetchGo(context: Context, older: string, version: string) {
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
 * Returns a Go that is new enough for {@link goModule}: the one on PATH, or one from the module proxy that an older
 * Go fetches. Run it with GOTOOLCHAIN=local.
 */
export async function ensureGo(context: Context): Promise<string> {
  const goMod = await readFile(join(goModule, "go.mod"), "utf8");
  const wanted = parseGoVersion(goMod);
  if (!wanted) throw new Error("go.mod names no Go version");
  const onPath = await versionOf(context, "go");
  if (isNewEnough(onPath, wanted)) return "go";
  if (!onPath) await ensureDebianCommand(context, "go", "golang-go");
  return join(await fetchGo(context, "go", wanted.join(".")), "bin", "go");
}

/** Builds one command of a Go module. */
export async function buildGoCommand(
  context: Context,
  {
    go,
    source,
    version,
    output,
    module = goModule,
  }: { go: string; source: string; version?: string; output: string; module?: string },
) {
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
