import { spawn } from "node:child_process";
import { delay } from "../../support/waiting";

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
