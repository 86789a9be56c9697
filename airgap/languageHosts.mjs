import { copyFile, link, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashOf } from "../tools/setup/files.mjs";
import { cacheEntry } from "./cacheEntry.mjs";
import { buildGoCommand, ensureGo, goModule } from "./goToolchain.mjs";

/** @typedef {import("../tools/setup/context.mjs").Context} Context */

/**
 * What other languages need beside the Node language host: commands of PATH, their Go packages, the modules whose versions
 * they take, and the variables that hold those. The plugins' bridge pins the YAML host.
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

/** @typedef {typeof COMMANDS[number]} Command */

/** @param {string} module @returns {Promise<string>} Version that go.mod asks for, such as "v1.2.3". */
async function versionOf(module) {
  const lines = (await readFile(join(goModule, "go.mod"), "utf8")).split("\n");
  const version = lines
    .map((line) => line.trim().split(" "))
    .find(([name]) => name === module)?.[1];
  if (version === undefined) throw new Error(`go.mod names no version of ${module}`);
  return version;
}

/**
 * @param {Context} context
 * @param {Command} command
 * @returns {Promise<string>} Path of the binary, built now or before.
 */
async function buildCommand(context, { name, source, module, variable, sources }) {
  const parts = ["go/go.mod", "go/go.sum", ...sources, "languageHosts.mjs"];
  const hash = await hashOf(dirname(goModule), parts);
  return cacheEntry(context, `language-hosts/${hash.slice(0, 12)}/${name}`, async (draft) => {
    const go = await ensureGo(context);
    const version = `${variable}=${await versionOf(module)}`;
    context.say(`building ${name} from its Go module`);
    await buildGoCommand(context, { go, source, version, output: draft });
  });
}

/**
 * @param {string} built
 * @param {string} path Replaced as a whole, as a stack may be running with what is there.
 */
async function place(built, path) {
  const there = await stat(path).catch(() => undefined);
  if (there?.ino === (await stat(built)).ino) return;
  const draft = `${path}.${process.pid}.draft`;
  await rm(draft, { force: true });
  // The cache may lie on another file system, and a link cannot cross to it.
  await link(built, draft).catch(() => copyFile(built, draft));
  await rename(draft, path);
}

/**
 * Builds what other languages need beside the Node language host and puts it where the engine looks for hosts. What cannot
 * be built is missing there and told in the log: programs in Node do without.
 * @param {Context} context
 * @param {string} directory Made if missing.
 * @returns {Promise<string[]>} Names of the commands that are there.
 */
export async function placeLanguageHosts(context, directory) {
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
