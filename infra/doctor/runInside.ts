import { spawn } from "node:child_process";

/** Which Docker engine is asked, and for how long. */
export interface DockerPlace {
  /** Set for the docker command. Default: nothing. */
  dockerEnvironment?: Record<string, string>;
  timeoutMs: number;
}

/** Where a script is run. */
export interface ContainerPlace extends DockerPlace {
  container: string;
}

/** What a command printed, or why it could not run. */
export type ContainerResult = { code: number; text: string } | { unavailable: string };

/** What Docker's client printed, its errors apart. */
export type DockerResult = { code: number; text: string; errors: string } | { unavailable: string };

const MAX_BYTES = 4 * 1024 * 1024;

/** Runs a bash script in a container; it goes over standard input, because a command line is for everyone to read. */
export async function runInside(place: ContainerPlace, script: string): Promise<ContainerResult> {
  const response = await askDocker(
    place,
    ["exec", "-i", place.container, "/bin/bash", "-s"],
    script,
  );
  if ("unavailable" in response) return response;
  const { code, text, errors } = response;
  const reason = code === 0 ? undefined : dockerProblem(errors);
  return reason === undefined ? { code, text } : { unavailable: reason };
}

/** Runs Docker's client on the engine that the stack uses. */
export function askDocker(
  { dockerEnvironment, timeoutMs }: DockerPlace,
  args: readonly string[],
  script?: string,
): Promise<DockerResult> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...dockerEnvironment };
    const child = spawn("docker", args, { env, stdio: ["pipe", "pipe", "pipe"] });
    let text = "";
    let errors = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      resolve({ unavailable: "Docker did not respond in time" });
    }, timeoutMs);
    // A chunk may end within a character.
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      if (text.length < MAX_BYTES) text += chunk;
    });
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
      if (errors.length < MAX_BYTES) errors += chunk;
    });
    child.on("error", () => {
      clearTimeout(timer);
      resolve({ unavailable: "there is no docker command on this machine" });
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? 1, text, errors });
    });
    // A container that is gone closes the pipe early.
    child.stdin.on("error", () => undefined);
    // Not ended after a script: a connection without half-close would end with it, and docker would say success.
    if (script === undefined) child.stdin.end();
    else child.stdin.write(`${script}\nexit\n`);
  });
}

/** Why Docker did not do it, in words; undefined where its client says something else. */
export function dockerProblem(errors: string): string | undefined {
  if (
    /cannot connect to the docker daemon|failed to connect to the docker api|error during connect/i.test(
      errors,
    )
  ) {
    return "Docker cannot be reached";
  }
  if (/permission denied/i.test(errors) && /docker/i.test(errors))
    return "this user is not allowed to use Docker";
  if (/no such container/i.test(errors)) return "the container is gone";
  if (/is not running|is paused|is restarting/i.test(errors)) return "the container is not running";
  if (/no such file or directory|executable file not found/i.test(errors))
    return "the container has no bash";
  return undefined;
}
