/**
 * Leaves the end of a run to the child: Ctrl-C reaches it through the terminal, a SIGTERM is passed
 * on, and this process waits for it to end in good order.
 * @param {import("node:child_process").ChildProcess} child
 */
export function leaveSignalsTo(child) {
  const wait = () => {};
  const passOn = () => child.kill("SIGTERM");
  process.on("SIGINT", wait);
  process.on("SIGTERM", passOn);
  child.once("close", () => {
    process.off("SIGINT", wait);
    process.off("SIGTERM", passOn);
  });
}
