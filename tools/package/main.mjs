import { join } from "node:path";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { buildPackage } from "./buildPackage.mjs";

/** Builds the npm package into `dist/`. */
async function main() {
  if (process.argv.length > 2) throw new UserError("build takes no arguments; leave them out", 2);
  const { root } = pathsOf();
  const { tarball, files } = await buildPackage(root, join(root, "dist"));
  process.stdout.write(`${tarball} (${files.length} files)\n`);
}

main().catch((error) => {
  if (!(error instanceof UserError)) throw error;
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = error.exitCode;
});
