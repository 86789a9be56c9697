import { spawn } from "node:child_process";
import { join } from "node:path";
import { readManifest } from "./packageFolders";

/** Runs `npm pkg set`, which changes package.json and nothing else. */
function setInManifest(program: string, ...args: string[]): Promise<void> {
  const child = spawn("npm", ["pkg", "set", ...args], { cwd: program, stdio: "ignore" });
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`npm cannot be started: ${error.message}`)));
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm pkg set in ${program} ended with ${code}`));
    });
  });
}

/** Names the SDK in package.json, and lets npm 12 run the script that compiles it. */
async function addDependency(program: string, name: string, path: string): Promise<void> {
  await setInManifest(program, `dependencies.${name}=file:${path}`);
  const allowed = (await readManifest(program))?.allowScripts ?? {};
  const scripts = JSON.stringify({ ...allowed, [`file:${path}`]: true });
  await setInManifest(program, "--json", `allowScripts=${scripts}`);
}

/** "clerk-hasura" as an identifier: "clerkHasura". */
function identifier(name: string): string {
  const plain = name.replace(/^@[^/]+\//, "");
  return plain.replace(/[-_.]+(.)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Makes generated SDKs dependencies of a program, without installing them.
 * @returns What the user is told: how to import them.
 */
export async function linkPackages(program: string, paths: readonly string[]): Promise<string> {
  let text = "You can import the SDK in your TypeScript code with:\n\n";
  // One after the other: all of them change the same file.
  for (const path of paths) {
    const name = (await readManifest(join(program, path)))?.name;
    if (!name)
      throw new Error(`${path} holds no generated SDK: it has no package.json with a name`);
    await addDependency(program, name, path);
    text += `  import * as ${identifier(name)} from "${name}";\n`;
  }
  return text;
}
