import { demandProcess, runProcess } from "./runProcess";

/** Runs one docker command that has to succeed; gives its output without white space around it. */
export async function docker(args: string[], timeoutMs = 60_000): Promise<string> {
  return (await demandProcess("docker", args, { env: process.env, timeoutMs })).trim();
}

/** A docker command that may fail. */
export function tryDocker(args: string[], timeoutMs = 60_000) {
  return runProcess("docker", args, { env: process.env, timeoutMs });
}

async function lines(args: string[]): Promise<string[]> {
  return (await docker(args)).split("\n").filter((line) => line !== "");
}

/** What a stack has in Docker, by name. */
export interface StackObjects {
  containers: string[];
  networks: string[];
  volumes: string[];
}

const NAMES = ["--format", "{{.Names}}"];
const NAME = ["--format", "{{.Name}}"];

/** Everything that carries the label of a stack, running or not. */
export async function objectsOf(label: string): Promise<StackObjects> {
  const filter = ["--filter", `label=${label}`];
  const containers = await lines(["ps", "-a", ...filter, ...NAMES]);
  const networks = await lines(["network", "ls", ...filter, ...NAME]);
  const volumes = await lines(["volume", "ls", ...filter, ...NAME]);
  return { containers: containers.sort(), networks: networks.sort(), volumes: volumes.sort() };
}

/** Removes everything that carries the label of a stack; meant for the end of a test, so it never fails. */
export async function removeLabelled(label: string): Promise<void> {
  const { containers, networks, volumes } = await objectsOf(label);
  for (const name of containers) await tryDocker(["rm", "--force", "--volumes", name]);
  for (const name of networks) await tryDocker(["network", "rm", name]);
  for (const name of volumes) await tryDocker(["volume", "rm", "--force", name]);
}

/** One value out of `docker inspect`. */
export function inspect(name: string, format: string): Promise<string> {
  return docker(["inspect", "--format", format, name]);
}

/** What Docker says of a container, and what the container itself has said. */
export async function containerLogs(name: string): Promise<string> {
  return (await tryDocker(["logs", name])).text;
}

/** An image made of another. */
export interface DerivedImage {
  tag: string;
  remove(): Promise<void>;
}

/** Builds an image with one more label, and what else a test wants of it, without any network. */
export async function derivedImage(
  from: string,
  tag: string,
  lines: string[] = [],
): Promise<DerivedImage> {
  const input = [`FROM ${from}`, `LABEL clerk-hasura.test="${tag}"`, ...lines, ""].join("\n");
  await demandProcess("docker", ["build", "--network", "none", "--tag", tag, "-"], {
    env: process.env,
    input,
    timeoutMs: 120_000,
  });
  return {
    tag,
    remove: async () => {
      await tryDocker(["image", "rm", tag]);
    },
  };
}

/** The id of the image that a container runs. */
export function imageOf(container: string): Promise<string> {
  return inspect(container, "{{.Image}}");
}

/** Gives an image one more name. */
export async function secondTag(from: string, tag: string): Promise<DerivedImage> {
  await docker(["tag", from, tag]);
  return {
    tag,
    remove: async () => {
      await tryDocker(["image", "rm", tag]);
    },
  };
}
