import { rm } from "node:fs/promises";
import { environmentOf } from "../setup/launcher.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { setUp } from "../setup/setUp.mjs";
import { UserError } from "../setup/userError.mjs";
import { demandSuccess } from "./demandSuccess.mjs";
import { destroyAll, suspend } from "./down.mjs";
import { endLeftovers } from "./endLeftovers.mjs";
import { wantedEnd } from "./interruptedCommand.mjs";
import { INSTANCE_LABEL, instanceIds, orphansAmong } from "./orphans.mjs";
import { askPulumi, exportedState, showPulumi, stackProblem } from "./pulumi.mjs";
import { stackDocker } from "./stackDocker.mjs";
import { locksOf, whyNotUnlock } from "./stackLock.mjs";
import { stackResources } from "./stackResources.mjs";
import { selectStack, updateAndTell } from "./up.mjs";
import { wakeContainers } from "./wakeContainers.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

const STOP_SECONDS = "90";

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/**
 * Removes containers and networks that carry the stack's label and that its state does not know:
 * what was made just before the update was killed. Volumes are never touched.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 */
async function removeOrphans(exported) {
  const docker = stackDocker(exported);
  const idsFrom = async (/** @type {string[]} */ args) =>
    (await docker.run(args)).split("\n").filter((line) => line !== "");
  for (const instance of instanceIds(exported)) {
    const filter = ["--filter", `label=${INSTANCE_LABEL}=${instance}`, "--no-trunc"];
    const containers = await idsFrom(["ps", "-aq", ...filter]);
    for (const id of orphansAmong(exported, containers)) {
      // A database gets the time to write everything down.
      await docker.run(["stop", "--time", STOP_SECONDS, id]);
      await docker.run(["rm", id]);
      say(`removed container ${id.slice(0, 12)}, which the interrupted update left behind`);
    }
    const networks = await idsFrom(["network", "ls", "-q", ...filter]);
    for (const id of orphansAmong(exported, networks)) {
      await docker.run(["network", "rm", id]);
      say(`removed network ${id.slice(0, 12)}, which the interrupted update left behind`);
    }
  }
}

/**
 * Frees the stack from the lock of an update that was killed, and ends what that update left running.
 * @param {Paths} paths
 * @param {string} stack
 * @param {string} backendUrl
 */
async function unlock(paths, stack, backendUrl) {
  for (const { pid } of locksOf(backendUrl, stack) ?? []) {
    const ended = await endLeftovers(pid);
    if (ended > 0) say(`ended ${ended} processes that the interrupted update (${pid}) left behind`);
  }
  try {
    await askPulumi(paths, ["cancel", "--yes", stack]);
  } catch (error) {
    const text = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    // There is nothing to cancel where no lock was left.
    if (!/no update|not.*in progress|already completed/i.test(text))
      throw stackProblem(error, stack);
  }
}

/**
 * @param {Paths} paths
 * @param {string} stack
 * @returns {Promise<import("./interruptedCommand.mjs").LastUpdate | undefined>}
 */
async function lastUpdate(paths, stack) {
  const args = ["stack", "history", "--json", "--page-size", "1", "--stack", stack];
  const [newest] = JSON.parse((await askPulumi(paths, args)) || "[]");
  return newest;
}

/**
 * Brings what Docker and the databases have into the state.
 * @param {Paths} paths
 * @param {string} stack
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 */
async function refreshAndUpdate(paths, stack, exported) {
  const { troubles, asleep } = await wakeContainers(paths, stack);
  // Nothing inside a server that does not answer can be read; the update makes that server first.
  const unreadable = asleep.includes("postgres")
    ? stackResources(exported).filter(({ type }) => type.startsWith("postgresql:"))
    : [];
  const refresh = ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"];
  const excluded = unreadable.flatMap(({ urn }) => ["--exclude", urn]);
  const args = [...refresh, "--suppress-outputs", ...excluded, "--stack", stack];
  await demandSuccess(paths, await showPulumi(paths, args), stack, troubles);
}

/**
 * Brings a stack whose update was killed to where the killed command was to bring it: up, stopped or removed.
 * @param {import("./arguments.mjs").Parsed} parsed
 */
export async function recover({ values, switches }) {
  const stack = values.stack ?? "dev";
  const paths = pathsOf();
  const parts = await setUp(paths);
  const { PULUMI_BACKEND_URL = "" } = environmentOf(parts, process.env);
  const reason = whyNotUnlock(PULUMI_BACKEND_URL, stack);
  if (reason && !switches.has("force")) throw new UserError(reason);
  await rm(paths.upLog, { force: true });
  await selectStack(paths, stack);
  await unlock(paths, stack, PULUMI_BACKEND_URL);
  const exported = await exportedState(paths, stack);
  await removeOrphans(exported);
  const end = wantedEnd(exported, await lastUpdate(paths, stack));
  if (end !== "up")
    say(`the interrupted command was removing stack ${stack}; that is finished now`);
  if (end === "removed") return destroyAll(paths, stack);
  if (end === "stopped") return suspend(paths, stack);
  await refreshAndUpdate(paths, stack, exported);
  await updateAndTell(paths, parts, stack);
}
