import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { UPDATE_VARIABLE } from "../setup/launcher";

/** Plugins that end by themselves do so within this time. */
const OWN_END_MS = 1_000;
const TERM_MS = 5_000;

function namespaceOf(path: string) {
  try {
    return readlinkSync(`${path}/ns/pid`);
  } catch {
    return undefined;
  }
}

function isMarked(pid: string, mark: string) {
  try {
    const variables = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    // The same number is another process in another namespace.
    return variables.includes(mark) && namespaceOf(`/proc/${pid}`) === namespaceOf("/proc/self");
  } catch {
    // It has ended, or belongs to another user.
    return false;
  }
}

/**
 * Returns the processes that a Pulumi started, even if it has ended and they left its process group; empty without
 * /proc.
 */
export function startedBy(pulumi: number): number[] {
  const mark = `${UPDATE_VARIABLE}=${pulumi}`;
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name) && isMarked(name, mark))
      .map(Number)
      .filter((pid) => pid !== pulumi && pid !== process.pid);
  } catch {
    return [];
  }
}

function send(pids: number[], signal: NodeJS.Signals) {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
    }
  }
}

async function waitForEnd(pulumi: number, milliseconds: number) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const left = startedBy(pulumi);
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/**
 * Ends what an ended Pulumi left behind: a command plugin was seen to outlive its engine by half an hour, and its
 * step would go on changing the stack. Returns how many processes it ended.
 */
export async function endLeftovers(pulumi: number): Promise<number> {
  const left = await waitForEnd(pulumi, OWN_END_MS);
  send(left, "SIGTERM");
  if (left.length > 0) {
    send(await waitForEnd(pulumi, TERM_MS), "SIGKILL");
    await waitForEnd(pulumi, OWN_END_MS);
  }
  return left.length;
}
