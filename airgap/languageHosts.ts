import { copyFile, link, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Context } from "../tools/setup/context";
import { hashOf } from "../tools/setup/files";
import { cacheEntry } from "./cacheEntry";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain";

/**
 * What other languages need beside the Node language host: commands of PATH, their Go packages, the modules whose
 * versions they take, and the variables that hold those. The plugins' bridge pins the YAML host.
 */
const COMMANDS = [
  {
    name: "pulumi-language-yaml",
    source: "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
    module: "github.com/pulumi/pulumi-yaml",
    variable: "github.com/pulumi/pulumi-yaml/pkg/version.Version",
    sources: [],
  },
  {
    name: "pulumi-nodejs-sdk",
    source: "./nodejsSdk",
    module: "github.com/pulumi/pulumi/sdk/v3",
    variable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    sources: ["go/nodejsSdk"],
  },
];

export type Command = (typeof COMMANDS)[number];

/** Version that go.mod asks for, such as "v1.2.3". */
async function versionOf(module: string): Promise<string> {
  const lines = (await readFile(join(goModule, "go.mod"), "utf8")).split("\n");
  const version = lines
    .map((line) => line.trim().split(" "))
    .find(([name]) => name === module)?.[1];
  if (version === undefined) throw new Error(`go.mod names no version of ${module}`);
  return version;
}

/** Path of the binary, built now or before. */
async function buildCommand(
  context: Context,
  { name, source, module, variable, sources }: Command,
): Promise<string> {
  const parts = ["go/go.mod", "go/go.sum", ...sources, "languageHosts.ts"];
  const hash = await hashOf(dirname(goModule), parts);
  return cacheEntry(context, `language-hosts/${hash.slice(0, 12)}/${name}`, async (draft) => {
    const go = await ensureGo(context);
    const version = `${variable}=${await versionOf(module)}`;
    context.say(`building ${name} from its Go module`);
    await buildGoCommand(context, { go, source, version, output: draft });
  });
}

async function place(built: string, path: string) {
  const there = await stat(path).catch(() => undefined);
  if (there?.ino === (await stat(built)).ino) return;
  const draft = `${path}.${process.pid}.draft`;
  await rm(draft, { force: true });
  // A link cannot cross to another file system.
  await link(built, draft).catch(() => copyFile(built, draft));
  await rename(draft, path);
}

/**
 * Builds what other languages need and puts it where the engine looks for language hosts; logs failures, since Node
 * programs do not need it. Returns the commands that are there.
 */
export async function placeLanguageHosts(context: Context, directory: string): Promise<string[]> {
  await mkdir(directory, { recursive: true });
  const placed = [];
  // One after the other: they share most packages with each other.
  for (const command of COMMANDS) {
    try {
      await place(await buildCommand(context, command), join(directory, command.name));
      placed.push(command.name);
    } catch (error) {
      context.log(`${command.name} cannot be built: ${error}`);
    }
  }
  return placed;
}
