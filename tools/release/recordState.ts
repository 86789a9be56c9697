import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { readParts } from "../commands/pulumi";
import { readIfPresent, writeWhole } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { type RecordedProject, recordedProject } from "./recordedProject";

/** The preset of `npm run up`, and ports that no stack has by default. */
const SETTINGS = { preset: "development", "hasura.port": "18090", "postgres.port": "15490" };

/** What this machine's set-up has found or made, by setting. */
const IMAGES = {
  "hasura.image": "CLERK_HASURA_ENGINE_IMAGE",
  "postgres.image": "CLERK_HASURA_POSTGRES_IMAGE",
  "postgres.majorVersion": "CLERK_HASURA_POSTGRES_MAJOR",
};

/** The part of a state that is read here. */
interface State {
  deployment: { resources: { type: string; urn: string; inputs?: { name?: string } }[] };
}

function settings(found: Readonly<Record<string, string>>): Record<string, string> {
  const env = { ...found, ...process.env };
  const images = Object.entries(IMAGES).flatMap(([key, name]) => {
    const value = env[name];
    return value ? [[key, value]] : [];
  });
  return { ...SETTINGS, ...Object.fromEntries(images) };
}

/** Settings that keep a later program on the recorded images, whatever its defaults and its machine's images are. */
function pinnedImages({ deployment }: State) {
  const imageOf = (part: string) => {
    const urn = `${ResourceType.RemoteImage}::backend-${part}-image`;
    return deployment.resources.find((it) => it.urn.endsWith(urn))?.inputs?.name;
  };
  return { "hasura.image": imageOf("hasura"), "postgres.image": imageOf("postgres") };
}

/** Destroys the stack with its data. */
async function destroy({ directory, pulumi, remove }: RecordedProject): Promise<void> {
  try {
    await pulumi("state", "unprotect", "--all", "--yes");
    await pulumi("destroy", "--yes", "--skip-preview");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`the stack was not destroyed (${reason}); its state is in ${directory}`);
  }
  await remove();
}

/** Brings the program up, reads its state, and destroys it. */
async function stateOf(root: string, config: Readonly<Record<string, string>>) {
  const project = await recordedProject(root, config);
  try {
    await project.pulumi("up", "--yes", "--skip-preview");
    return { text: await project.pulumi("stack", "export"), directory: project.directory };
  } finally {
    await destroy(project);
  }
}

/** Where in the program a resource was made; with the modules' own places, which are folders of this machine. */
const PLACES = ["sourcePosition", "stackTrace"];

/** A state without what only this machine knows, and what no preview looks at. */
function portable(text: string, folders: readonly string[]): State {
  const state = JSON.parse(text, (key, value) => (PLACES.includes(key) ? undefined : value));
  const left = JSON.stringify(state);
  const found = folders.filter((folder) => left.includes(folder));
  if (found.length > 0) throw new Error(`the state names folders of this machine: ${found}`);
  return state;
}

async function main(): Promise<void> {
  const paths = pathsOf();
  const { version } = JSON.parse(await readFile(join(paths.root, "package.json"), "utf8"));
  const file = join(paths.root, "tests", "compat", "state", `${version}.json`);
  if ((await readIfPresent(file)) !== undefined) {
    throw new UserError(`${file} is there; a release that was published is not recorded again`);
  }
  const parts = await readParts(paths);
  const config = settings(parts.env);
  const doubles = parts.parts.filter(({ kind }) => kind === "double").map(({ name }) => name);
  // An interruption reaches Pulumi as well; what it leaves is destroyed before this ends.
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => {});
  const { text, directory } = await stateOf(paths.root, config);
  const state = portable(text, [directory, paths.root]);
  const pinned = { ...config, ...pinnedImages(state) };
  const record = { release: version, doubles, config: pinned, state };
  // A resource a line.
  await writeWhole(file, `${JSON.stringify(record).replaceAll('{"urn":', '\n{"urn":')}\n`);
  process.stdout.write(`${file}\n`);
}

main().catch((error: unknown) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
});
