import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { buildRelease } from "./buildRelease.mjs";
import { checkRelease } from "./checkRelease.mjs";

/**
 * Builds a release where nothing stays of it, and tells what would keep it from being made.
 * @param {string} root
 */
async function rehearse(root) {
  const folder = await mkdtemp(join(tmpdir(), "clerk-hasura-release-"));
  try {
    for (const problem of await checkRelease(root)) {
      process.stdout.write(`would be refused: ${problem}\n`);
    }
    await buildRelease(root, folder);
    process.stdout.write(await readFile(join(folder, "SHA256SUMS"), "utf8"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Builds a release into `dist/release/`.
 * @param {string} root
 */
async function release(root) {
  const problems = await checkRelease(root);
  if (problems.length > 0) {
    throw new UserError(`nothing was released:\n${problems.map((it) => `  - ${it}`).join("\n")}`);
  }
  const folder = join(root, "dist", "release");
  const names = await buildRelease(root, folder);
  process.stdout.write(`${folder}: ${names.join(", ")}\n`);
}

/** @param {string[]} args */
async function main(args) {
  const unknown = args.find((arg) => arg !== "--dry-run");
  if (unknown !== undefined) {
    throw new UserError(`release does not take ${JSON.stringify(unknown)}; allowed: --dry-run`, 2);
  }
  const { root } = pathsOf();
  await (args.includes("--dry-run") ? rehearse(root) : release(root));
}

main(process.argv.slice(2)).catch((error) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
});
