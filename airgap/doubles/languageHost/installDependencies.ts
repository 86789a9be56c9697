import { spawn } from "node:child_process";

/** Takes what npm prints. */
export type Print = (stream: "stdout" | "stderr", chunk: Buffer) => void;

/**
 * Runs `npm install` in a folder, also in a plugin's at each of its starts, and hands over what it prints; throws when npm fails.
 * Npm installs into the nearest folder with a package.json: of a plugin within a package, the package's.
 */
export async function installDependencies(directory: string, print: Print): Promise<void> {
  const child = spawn("npm", ["install"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => print("stdout", chunk));
  child.stderr.on("data", (chunk: Buffer) => print("stderr", chunk));
  const end = await new Promise<number | string>((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`npm cannot be started: ${error.message}`)));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no exit code"));
  });
  if (end !== 0) throw new Error(`npm install in ${directory} ended with ${end}`);
}
