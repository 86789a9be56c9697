import { createRequire } from "node:module";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";

/** Packages that a remote resource needs in the program's folder, and what is asked of them. */
const NEEDED = {
  "@pulumi/pulumi": "@pulumi/pulumi/cmd/dynamic-provider",
  "clerk-hasura": "clerk-hasura/remoteProviders",
};

function isFound(module: string, folder: string): boolean {
  try {
    createRequire(join(folder, "program.js")).resolve(module);
    return true;
  } catch {
    return false;
  }
}

/**
 * Throws where a remote resource's provider could not be loaded: Pulumi starts it in the program's folder, which a program
 * in another language may have without any package of Node's.
 */
export function demandPackages(name: string, folder = process.cwd()): void {
  const missing = Object.entries(NEEDED).filter(([, module]) => !isFound(module, folder));
  if (missing.length === 0) return;
  const found = missing.map(([it]) => it).join(" and ");
  throw new pulumi.RunError(
    `${name} is looked after by Node.js in the program's folder, where ${found} cannot be found; ` +
      `run this in ${folder}: npm install ${Object.keys(NEEDED).join(" ")}`,
  );
}
