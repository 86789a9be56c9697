import { spawn } from "node:child_process";

/** Takes what npm prints. */
export type Print = (stream: "stdout" | "stderr", chunk: Buffer) => void;

function npm(directory: string, args: readonly string[], print?: Print): Promise<number | string> {
  const child = spawn("npm", args, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk: Buffer) => print?.("stdout", chunk));
  child.stderr.on("data", (chunk: Buffer) => print?.("stderr", chunk));
  return new Promise((resolve, reject) => {
    child.once("error", (error) => reject(new Error(`npm cannot be started: ${error.message}`)));
    child.once("close", (code, signal) => resolve(code ?? signal ?? "no exit code"));
  });
}

/**
 * Whether every package that a folder's package.json names is installed, in a version that it takes.
 * `npm ls` reads package.json and node_modules alone.
 */
async function allInstalled(directory: string): Promise<boolean> {
  return (await npm(directory, ["ls", "--depth=0"])) === 0;
}

/** What is installed, and for whom. */
export interface Installation {
  directory: string;
  /** Whether the folder is a plugin's, which is asked for at each of its starts and may lie where no registry answers. */
  plugin: boolean;
}

/** Runs `npm install` in a folder and hands over what it prints; throws when npm fails. A plugin that has its packages is left alone. */
export async function installDependencies(
  { directory, plugin }: Installation,
  print: Print,
): Promise<void> {
  if (plugin && (await allInstalled(directory))) return;
  const end = await npm(directory, ["install"], print);
  if (end !== 0) throw new Error(`npm install in ${directory} ended with ${end}`);
}
