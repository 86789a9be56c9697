import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Canary, leaksIn } from "./canaries";
import { containerLogs } from "./docker";
import { commandLinesDuring, type Finished } from "./runProcess";
import type { TestStack } from "./testStack";

const TIMEOUT_MS = 240_000;
/** Commands that write an event log. */
const LOGGED = ["preview", "up", "refresh", "destroy"];

/** An event log without Pulumi's own debug messages, which are among the places where secrets are. */
function eventsOf(log: string): string {
  return log
    .split("\n")
    .filter((line) => !isDebugMessage(line))
    .join("\n");
}

/** Whether a line of an event log is a message that only `--debug` would show. */
export function isDebugMessage(line: string): boolean {
  if (line === "") return false;
  const { diagnosticEvent } = JSON.parse(line) as { diagnosticEvent?: { severity?: string } };
  return diagnosticEvent?.severity === "debug";
}

/** Texts in which a secret of a stack could be seen, by where they were found. */
export class Sinks {
  private readonly texts = new Map<string, string>();
  private runs = 0;

  private readonly stack: TestStack;

  constructor(stack: TestStack) {
    this.stack = stack;
    // The log is one of the flags that Pulumi offers for debugging alone.
    stack.variables.PULUMI_DEBUG_COMMANDS = "true";
  }

  /** Keeps a text; an empty one proves nothing and fails. */
  add(where: string, text: string): void {
    if (text.trim() === "") throw new Error(`${where} is empty`);
    this.texts.set(where, `${this.texts.get(where) ?? ""}${text}\n`);
  }

  /** Runs Pulumi and keeps what it says, its event log and the command lines of this machine meanwhile. */
  async pulumi(...args: string[]): Promise<Finished> {
    this.runs += 1;
    const log = join(this.stack.directory, `events-${this.runs}.jsonl`);
    const logged = LOGGED.includes(args[0] ?? "");
    const running = this.stack.pulumi(
      [...args, ...(logged ? ["--event-log", log] : [])],
      TIMEOUT_MS,
    );
    const shown = `pulumi ${args.join(" ")}`;
    this.add(`the command lines during ${shown}`, await commandLinesDuring(running));
    const finished = await running;
    this.add(shown, finished.text);
    if (logged) this.add(`the event log of ${shown}`, eventsOf(readFileSync(log, "utf8")));
    return finished;
  }

  /** The same for a command that has to succeed. */
  async demand(...args: string[]): Promise<Finished> {
    const finished = await this.pulumi(...args);
    if (finished.code === 0) return finished;
    throw new Error(`pulumi ${args[0]} failed:\n${finished.text.slice(-4000)}`);
  }

  /** Keeps what the stack's containers have said so far; one that was never started has said nothing. */
  async containers(): Promise<void> {
    for (const name of (await this.stack.objects()).containers) {
      const text = await containerLogs(name);
      if (text.trim() !== "") this.add(`docker logs ${name}`, text);
    }
  }

  /** Every secret that was seen, and where; forgets the texts. */
  leaks(canaries: readonly Canary[]): string[] {
    if (this.texts.size === 0) throw new Error("nothing was looked at");
    const found = [...this.texts].flatMap(([where, text]) =>
      leaksIn(text, canaries).map((leak) => `${leak} in ${where}`),
    );
    this.texts.clear();
    return found;
  }
}

/** All files below a folder, as text; packed ones unpacked. */
export function textBelow(directory: string): string {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => {
      const content = readFileSync(path);
      return (path.endsWith(".gz") ? gunzipSync(content) : content).toString("utf8");
    })
    .join("\n");
}
