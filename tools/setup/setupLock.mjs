import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { UserError } from "./userError.mjs";

/** @typedef {{ pid: number, startedAt: string }} Holder */

/**
 * What the kernel says of a process after its name, which may hold blanks; none where there is no /proc.
 * @param {number} pid
 * @returns {string[]}
 */
function fieldsOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  } catch {
    return [];
  }
}

/**
 * When the process started, in the kernel's ticks: tells a process from a later one with the same
 * number. Empty where there is no /proc.
 * @param {number} pid
 */
export const startOf = (pid) => fieldsOf(pid)[19] ?? "";

/**
 * Whether a process runs; one that has ended takes signals until its parent has taken note, and runs no more.
 * @param {number} pid
 */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return !/^[ZX]/.test(fieldsOf(pid)[0] ?? "");
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** @param {Holder} holder */
const isAlive = (holder) =>
  isRunning(holder.pid) && (!holder.startedAt || startOf(holder.pid) === holder.startedAt);

/**
 * @param {string} text
 * @returns {Holder | undefined} `undefined` where the text is no lock.
 */
function parseHolder(text) {
  try {
    const { pid, startedAt } = JSON.parse(text);
    return Number.isInteger(pid) ? { pid, startedAt: String(startedAt ?? "") } : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} path */
function readText(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/**
 * Tries once to take the lock; a lock left by a process that is gone is taken over.
 * @param {string} path
 * @returns {{ release: () => void } | { heldBy: number }}
 */
export function tryLock(path) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid) }));
  try {
    for (;;) {
      try {
        // link fails where the lock exists, and the lock is never seen half written.
        linkSync(own, path);
        return { release: () => rmSync(path, { force: true }) };
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
      const holder = removeIfStale(path);
      if (holder) return { heldBy: holder.pid };
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/**
 * @param {string} path
 * @returns {Holder | undefined} The live holder; `undefined` where the lock is free now.
 */
function removeIfStale(path) {
  const seen = readText(path);
  if (seen === undefined) return undefined;
  const holder = parseHolder(seen);
  if (holder && isAlive(holder)) return holder;
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return undefined;
  }
  const taken = readText(aside) ?? "";
  // Another process may have replaced the stale lock by its own in between: give it back.
  if (taken !== seen) linkSync(aside, path);
  rmSync(aside, { force: true });
  return undefined;
}

/**
 * Takes the lock, waiting for another live set-up to end.
 * @param {string} path
 * @param {(text: string) => void} tell Called once when it has to wait.
 * @param {number} [patienceMs] How long to wait, 30 minutes by default.
 * @returns {Promise<() => void>} Gives the lock back.
 */
export async function lockSetup(path, tell, patienceMs = 30 * 60_000) {
  const deadline = Date.now() + patienceMs;
  let told = false;
  for (;;) {
    const outcome = tryLock(path);
    if ("release" in outcome) return outcome.release;
    if (!told) tell(`another setup (process ${outcome.heldBy}) is running here; waiting for it`);
    told = true;
    if (Date.now() > deadline) {
      throw new UserError(
        `setup process ${outcome.heldBy} has held ${path} for too long; end it, then try again`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
