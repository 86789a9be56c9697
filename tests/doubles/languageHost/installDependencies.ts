import { spawn } from "node:child_process";

/** Runs `npm install` in a folder and hands over what it prints; throws when npm fails. */
export function installDependencies(
  directory: string,
  print: (stream: "stdout" | "stderr", chunk: Buffer) => void,
): Promise<void> {
  const child = spawn("npm", ["install"], { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => print("stdout", chunk));
  child.stderr.on("data", (chunk: Buffer) => print("stderr", chunk));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`npm cannot be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`npm install in ${directory} ended with ${code ?? signal}`));
    });
  });
}
