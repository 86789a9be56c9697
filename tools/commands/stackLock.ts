import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accountHome } from "../setup/paths";
import { isRunning } from "../setup/setupLock.mjs";

export type StackLock = { pid: number; hostname: string };

/** Reads a lock file of Pulumi's file backend; undefined if it is none. */
export function parseStackLock(text: string): StackLock | undefined {
  try {
    const { pid, hostname: host } = JSON.parse(text);
    return Number.isInteger(pid) ? { pid, hostname: String(host ?? "") } : undefined;
  } catch {
    return undefined;
  }
}

export function isPulumi(pid: number) {
  if (!isRunning(pid)) return false;
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").includes("pulumi");
  } catch {
    // Without /proc, any running process with that number counts.
    return true;
  }
}

/** Returns why the stack cannot be unlocked; undefined if every lock belongs to a process that is gone. */
export function reasonToWait(
  locks: StackLock[],
  machine: { host: string; alive: (pid: number) => boolean },
): string | undefined {
  for (const lock of locks) {
    if (lock.hostname !== "" && lock.hostname !== machine.host) {
      return `an update on ${lock.hostname} (process ${lock.pid}) holds the stack, and this machine cannot see whether it still runs; if you are sure that it does not, add --force`;
    }
    if (machine.alive(lock.pid)) {
      return `an update is running (process ${lock.pid}); wait for it or end it, then try again`;
    }
  }
  return undefined;
}

/** Undefined if the backend's locks cannot be read. */
export function locksOf(backendUrl: string, stack: string): StackLock[] | undefined {
  if (!/^file:\/\//.test(backendUrl)) return undefined;
  const home = backendUrl.replace(/^file:\/\/~/, `file://${accountHome()}`);
  const directory = join(fileURLToPath(home.replace(/\?.*$/, "")), ".pulumi", "locks");
  const name = stack.split("/").at(-1) ?? stack;
  return filesOf(directory)
    .filter((path) => path.endsWith(".json") && path.split("/").at(-2) === name)
    .map((path) => parseStackLock(readFileSync(join(directory, path), "utf8")))
    .filter((lock) => lock !== undefined);
}

function filesOf(directory: string) {
  try {
    return readdirSync(directory, { recursive: true }).map(String);
  } catch {
    return [];
  }
}

/** Returns why the stack cannot be unlocked now. */
export function whyNotUnlock(backendUrl: string, stack: string): string | undefined {
  const locks = locksOf(backendUrl, stack);
  if (locks === undefined) {
    return "this backend does not show whether an update of this stack runs elsewhere; if you are sure that none does, add --force";
  }
  return reasonToWait(locks, { host: hostname(), alive: isPulumi });
}
