import { readFileSync } from "node:fs";
import { delay } from "../../support/waiting";
import { demandProcess, type RunningProcess } from "./runProcess";

/** Whether this system shows a process's environment to its owner, as Linux does. */
export const SHOWS_ENVIRONMENTS = process.platform === "linux";

/** The ids of all processes that one has started, and of those that these have started. */
async function processesBelow(ancestor: number): Promise<number[]> {
  const listed = await demandProcess("ps", ["-A", "-o", "pid=,ppid="], { env: process.env });
  const pairs = listed.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const found = new Set([ancestor]);
  for (let size = 0; size < found.size; ) {
    size = found.size;
    for (const [pid = 0, parent = 0] of pairs) if (found.has(parent)) found.add(pid);
  }
  return [...found].filter((pid) => pid !== ancestor);
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, "utf8");
  } catch {
    // It has ended, or belongs to somebody else.
    return "";
  }
}

/** The environments of what a command starts, until it ends and as far as looking now and then shows them. */
export async function environmentsBelow({ pid, finished }: RunningProcess): Promise<string> {
  const seen = new Set<string>();
  let going = true;
  const end = () => {
    going = false;
  };
  finished.then(end, end);
  while (going) {
    for (const child of await processesBelow(pid)) seen.add(environmentOf(child));
    await delay(50);
  }
  return [...seen].join("\n");
}
