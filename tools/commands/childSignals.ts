import type { ChildProcess } from "node:child_process";

/** npm passes a Ctrl-C on that the terminal has sent already; a person is slower. */
const SAME_SIGNAL_MS = 500;

/**
 * Leaves the end of a run to the child, which has a process group of its own: each signal is passed on once, and this
 * process waits for it to end in good order. Pulumi ends at once, without tidying up, at a second SIGINT.
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
  // A closed terminal reaches this process alone.
  process.on("SIGHUP", end);
  child.once("close", () => {
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", end);
    process.off("SIGHUP", end);
  });
}
