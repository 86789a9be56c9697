import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isRunning } from "../../../tools/setup/setupLock.mjs";

function parentOf(pid: number): number | undefined {
  try {
    // The name in brackets may hold spaces and brackets of its own.
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(text.slice(text.lastIndexOf(")") + 2).split(" ")[1]);
  } catch {
    return undefined;
  }
}

/** Process ids of everything that a process has started, directly or not; plugins leave its group. None where /proc is missing. */
export function descendantsOf(pid: number): number[] {
  if (!existsSync("/proc")) return [];
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const parents = new Map(all.map((name) => [Number(name), parentOf(Number(name))]));
  const found = [pid];
  for (const known of found) {
    for (const [child, parent] of parents) if (parent === known) found.push(child);
  }
  return found.slice(1);
}

/** Which of some processes still run. */
export function livingOf(pids: number[]): number[] {
  return pids.filter(isRunning);
}

/** Kills processes that the test has started, as far as they are still there. */
export function killAll(pids: number[]): void {
  for (const pid of pids) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }
}
