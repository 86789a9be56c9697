import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArguments } from "../commandLine";
import { packageSchema, SCHEMA_FILE } from "../package/schema";
import { UserError } from "../setup/userError.mjs";
import { releaseNotes, releaseProblems } from "./changelog";

const RECORD = "node --import tsx tools/release/recordState.ts";

const NO_REPOSITORY =
  "package.json: has no repository, which npm publish --provenance compares; write its address";

const readText = (root: string, path: string) => readFileSync(join(root, path), "utf8");

/** Files that are neither ignored nor as the commit has them: the compiler would take them into the package. */
function uncommitted(root: string): string[] {
  const args = ["status", "--porcelain", "--untracked-files=all", "-z"];
  const { status, stdout } = spawnSync("git", args, { cwd: root, encoding: "utf8" });
  if (status !== 0) return ["git: this is not a checkout; release from a clone"];
  if (stdout === "") return [];
  const [first = ""] = stdout.split("\0");
  const name = JSON.stringify(first.slice(3));
  return [`git: there are changes that are not committed, such as ${name}; commit them`];
}

function staleSchema(root: string, schema: string): string[] {
  if (existsSync(join(root, SCHEMA_FILE)) && readText(root, SCHEMA_FILE) === schema) return [];
  return [`${SCHEMA_FILE}: is not the schema of this code; run npm run docs`];
}

/** What is wrong with the state against which later releases are checked. */
function stateProblems(root: string, version: string): string[] {
  const file = `tests/compat/state/${version}.json`;
  if (!existsSync(join(root, file))) return [`${file}: is missing; run ${RECORD}`];
  const { release, doubles } = JSON.parse(readText(root, file));
  if (release !== version)
    return [`${file}: is of release ${release}; remove it and run ${RECORD}`];
  if (!Array.isArray(doubles)) return [`${file}: names no doubles; remove it and run ${RECORD}`];
  if (doubles.length === 0) return [];
  return [
    `${file}: was recorded with stand-ins (${doubles.join(", ")}); remove it and, where the published parts are, run ${RECORD}`,
  ];
}

/**
 * What keeps this checkout from being released, one line each.
 * @param schemaOf Tests have checkouts without code.
 */
export async function checkRelease(root: string, schemaOf = packageSchema): Promise<string[]> {
  const { version, repository } = JSON.parse(readText(root, "package.json"));
  const lock = JSON.parse(readText(root, "package-lock.json"));
  const remedy = "run npm install --package-lock-only";
  const stale = `package-lock.json: is of version ${lock.version}, package.json of ${version}; ${remedy}`;
  return [
    ...releaseProblems(version, readText(root, "CHANGELOG.md")),
    ...(lock.version === version ? [] : [stale]),
    ...(repository ? [] : [NO_REPOSITORY]),
    ...staleSchema(root, await schemaOf(root)),
    ...stateProblems(root, version),
    ...uncommitted(root),
  ];
}

/** Prints what keeps a release from being made, or with `--notes` what the changelog says of it. */
async function main(args: string[]): Promise<void> {
  const root = join(__dirname, "../..");
  if (parseArguments("release", args).switches.has("notes")) {
    const { version } = JSON.parse(readText(root, "package.json"));
    process.stdout.write(`${releaseNotes(version, readText(root, "CHANGELOG.md"))}\n`);
    return;
  }
  const problems = await checkRelease(root);
  for (const problem of problems) process.stderr.write(`error: ${problem}\n`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`error: ${error.message}\n`);
    process.exitCode = error.exitCode;
  });
}
