import { spawn } from "node:child_process";
import { delay } from "../../support/waiting";
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

/** Something that happened in the Docker engine. */
export interface DockerEvent {
  type: string;
  action: string;
  /** Name of the container, network or volume. */
  name: string;
  id: string;
  attributes: Record<string, string>;
}

interface RawEvent {
  Type?: string;
  Action?: string;
  Actor?: { ID?: string; Attributes?: Record<string, string> };
}

function eventOf(line: string): DockerEvent {
  const { Type = "", Action = "", Actor = {} } = JSON.parse(line) as RawEvent;
  const attributes = Actor.Attributes ?? {};
  const id = Actor.ID ?? "";
  return { type: Type, action: Action, name: attributes.name ?? id, id, attributes };
}

/** Records what the engine does with objects of one name prefix; nobody else's come into it. */
export class DockerEvents {
  private readonly seen: DockerEvent[] = [];
  private rest = "";

  private readonly prefix: string;
  private readonly source: ReturnType<typeof spawn>;

  private constructor(prefix: string, source: ReturnType<typeof spawn>) {
    this.prefix = prefix;
    this.source = source;
  }

  /** Starts to record; the engine has been asked when this resolves. */
  static async record(prefix: string): Promise<DockerEvents> {
    const since = `${Math.floor(Date.now() / 1000)}`;
    // The engine keeps the last 256 events only: the stream is read as it comes.
    const source = spawn("docker", ["events", "--since", since, "--format", "{{json .}}"], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    const events = new DockerEvents(prefix, source);
    source.stdout?.on("data", (chunk: Buffer) => events.take(chunk.toString("utf8")));
    await delay(300);
    events.seen.length = 0;
    return events;
  }

  private take(text: string): void {
    const parts = (this.rest + text).split("\n");
    this.rest = parts.pop() ?? "";
    for (const line of parts) {
      if (line === "") continue;
      const event = eventOf(line);
      const container = event.attributes.container ?? "";
      if (event.name.startsWith(this.prefix) || container.startsWith(this.prefix)) {
        this.seen.push(event);
      }
    }
  }

  /** What was seen so far. */
  get all(): readonly DockerEvent[] {
    return this.seen;
  }

  /** Ends the recording and gives what was seen. */
  async stop(): Promise<DockerEvent[]> {
    await delay(300);
    this.source.kill("SIGKILL");
    return [...this.seen];
  }
}

/** The largest number of containers that ran at the same time, by what was recorded. */
export function mostAtOnce(events: readonly DockerEvent[], runningBefore: number): number {
  let now = runningBefore;
  let most = now;
  for (const { type, action } of events) {
    if (type !== "container") continue;
    if (action === "start") now += 1;
    if (action === "die") now -= 1;
    most = Math.max(most, now);
  }
  return most;
}

/** Whether an event changes something; a healthcheck's exec does not. */
export function isWrite({ action }: DockerEvent): boolean {
  return !action.startsWith("exec_") && !action.startsWith("health_status") && action !== "top";
}
