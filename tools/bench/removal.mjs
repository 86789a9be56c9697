/**
 * Removes containers, then networks and volumes, that carry a label.
 * @param {import("./bench.mjs").Bench} bench
 * @param {string} label As `name=value`.
 */
export async function removeLabelled(bench, label) {
  const { runCommand } = await import("../setup/context.mjs");
  // Not by way of the bench: after an interruption it starts nothing any more, but this has to run.
  const docker = (/** @type {string[]} */ ...args) =>
    runCommand("docker", args, { cwd: bench.directory, timeoutMs: 120_000 });
  const filter = ["--filter", `label=${label}`];
  const containers = ["ps", "--all", "--quiet", ...filter];
  /** @type {[string[], string[]][]} */
  const kinds = [
    [containers, ["rm", "--force", "--volumes"]],
    [
      ["network", "ls", "--quiet", ...filter],
      ["network", "rm"],
    ],
    [
      ["volume", "ls", "--quiet", ...filter],
      ["volume", "rm"],
    ],
  ];
  for (const [list, remove] of kinds) {
    const found = (await docker(...list)).split("\n").filter((line) => line !== "");
    if (found.length > 0) await docker(...remove, ...found);
  }
}
