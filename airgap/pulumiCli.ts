import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../tools/setup/context";
import { hashOf } from "../tools/setup/files";
import { cacheEntry } from "./cacheEntry";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain";

const CLI = "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi";
const VERSION = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Version of the CLI that go.mod asks for, such as "v3.259.0". */
export async function pulumiCliVersion(): Promise<string> {
  const goMod = await readFile(join(goModule, "go.mod"), "utf8");
  const match = /github\.com\/pulumi\/pulumi\/pkg\/v3 (v\S+)/.exec(goMod);
  if (!match?.[1]) throw new Error("go.mod names no version of the Pulumi CLI");
  return match[1];
}

/** Builds the Pulumi CLI, or finds it. Returns the directory of `pulumi`. */
export async function buildPulumiCli(context: Context): Promise<string> {
  const version = await pulumiCliVersion();
  const hash = await hashOf(dirname(goModule), ["go/go.mod", "go/go.sum", "pulumiCli.ts"]);
  return cacheEntry(context, `pulumi-cli/${version}-${hash.slice(0, 12)}`, async (draft) => {
    const go = await ensureGo(context);
    context.say(`building Pulumi ${version} from its Go module`);
    // Without its version the CLI prints an empty one, which the Automation API refuses.
    const output = join(draft, "pulumi");
    await buildGoCommand(context, { go, source: CLI, version: `${VERSION}=${version}`, output });
  });
}
