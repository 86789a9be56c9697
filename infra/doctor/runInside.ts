import { spawn } from "node:child_process";

/** Where a script is run. */
export interface ContainerPlace {
  container: string;
  /** Set for the docker command. Default: nothing. */
  dockerEnvironment?: Record<string, string>;
  timeoutMs: number;
}

/** What a script printed, or why it could not run. */
export type InsideAnswer = { code: number; text: string } | { unavailable: string };

const MAX_BYTES = 4 * 1024 * 1024;

/** Runs a bash script in a container; it goes over standard input, because a command line is for everyone to read. */
export function runInside(place: ContainerPlace, script: string): Promise<InsideAnswer> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...place.dockerEnvironment };
    const child = spawn("docker", ["exec", "-i", place.container, "/bin/bash", "-s"], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let text = "";
    let errors = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({ unavailable: "Docker did not answer in time" });
    }, place.timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      if (text.length < MAX_BYTES) text += chunk.toString("utf8");
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errors.length < MAX_BYTES) errors += chunk.toString("utf8");
    });
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ unavailable: "there is no docker command on this machine" });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      const reason = code === 0 ? undefined : dockerProblem(errors);
      resolve(reason === undefined ? { code: code ?? 1, text } : { unavailable: reason });
    });
    // A container that is gone closes the pipe early.
    child.stdin.on("error", () => undefined);
    // Not ended: a connection without half-close would end with it, and docker would say success.
    child.stdin.write(`${script}\nexit\n`);
  });
}

function dockerProblem(errors: string): string | undefined {
  if (/cannot connect to the docker daemon|error during connect/i.test(errors)) {
    return "Docker cannot be reached";
  }
  if (/permission denied/i.test(errors) && /docker/i.test(errors))
    return "Docker may not be asked by this user";
  if (/no such container/i.test(errors)) return "the container is gone";
  if (/is not running|is paused|is restarting/i.test(errors)) return "the container does not run";
  if (/no such file or directory|executable file not found/i.test(errors))
    return "the container has no bash";
  return undefined;
}
