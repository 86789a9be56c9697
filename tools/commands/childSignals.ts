import type { ChildProcess } from "node:child_process";

/** npm passes on a Ctrl-C that the terminal has sent already; a person takes longer. */
const SAME_SIGNAL_MS = 500;

/**
 * Passes each signal on once to a child with its own process group, and lets it end in good order: Pulumi stops
 * without cleanup at a second SIGINT.
 */
export function leaveSignalsTo(child: ChildProcess) {
  let last = 0;
  const interrupt = () => {
    const now = Date.now();
    if (now - last >= SAME_SIGNAL_MS) child.kill("SIGINT");
    last = now;
  };
  const end = () => child.kill("SIGTERM");
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", end);
  // A closed terminal signals only this process.
  process.on("SIGHUP", end);
  child.once("close", () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", end);
    process.off("SIGHUP", end);
  });
}
