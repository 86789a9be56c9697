import { rm } from "node:fs/promises";
import { LABEL } from "../../infra/docker/names";
import type { Parsed } from "../commandLine";
import { environmentOf } from "../setup/launcher";
import { type Paths, pathsOf } from "../setup/paths";
import { setUp } from "../setup/setUp";
import { UserError } from "../setup/userError.mjs";
import { demandSuccess } from "./demandSuccess";
import { destroyAll, suspend } from "./down";
import { endLeftovers } from "./endLeftovers";
import { askPulumi, exportedState, showPulumi, stackProblem } from "./pulumi";
import { stackDocker } from "./stackDocker";
import { locksOf, whyNotUnlock } from "./stackLock";
import {
  instanceIds,
  isContainer,
  objectOf,
  orphansAmong,
  partOf,
  pendingOperations,
  type StateResource,
  stackResources,
} from "./stackResources";
import { selectStack, updateAndTell } from "./up";
import { wakeContainers } from "./wakeContainers";

export interface LastUpdate {
  /** "update", "refresh", "destroy", … */
  kind: string;
  /** "succeeded", "failed" or "in-progress". */
  result: string;
}

const STOP_SECONDS = "90";

const say = (text: string) => process.stdout.write(`${text}\n`);

/**
 * Removes labeled containers and networks that the state does not know: the killed update created them last. Never
 * touches volumes.
 */
async function removeOrphans(exported: unknown) {
  const docker = stackDocker(exported);
  const idsFrom = async (args: string[]) =>
    (await docker.run(args)).split("\n").filter((line) => line !== "");
  for (const instance of instanceIds(exported)) {
    const filter = ["--filter", `label=${LABEL.instance}=${instance}`, "--no-trunc"];
    const containers = await idsFrom(["ps", "-aq", ...filter]);
    for (const id of orphansAmong(exported, containers)) {
      // Gives a database time to write its data.
      await docker.run(["stop", "--time", STOP_SECONDS, id]);
      await docker.run(["rm", id]);
      say(`removed container ${id.slice(0, 12)}, left behind by the interrupted update`);
    }
    const networks = await idsFrom(["network", "ls", "-q", ...filter]);
    for (const id of orphansAmong(exported, networks)) {
      await docker.run(["network", "rm", id]);
      say(`removed network ${id.slice(0, 12)}, left behind by the interrupted update`);
    }
  }
}

/** Removes the lock of a killed update and ends what that update left running. */
async function unlock(paths: Paths, stack: string, backendUrl: string) {
  for (const { pid } of locksOf(backendUrl, stack) ?? []) {
    const ended = await endLeftovers(pid);
    if (ended > 0) say(`ended ${ended} processes left behind by the interrupted update (${pid})`);
  }
  try {
    await askPulumi(paths, ["cancel", "--yes", stack]);
  } catch (error) {
    const text = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    // Without a lock there is nothing to cancel.
    if (!/no update|not.*in progress|already completed/i.test(text))
      throw stackProblem(error, stack);
  }
}

async function lastUpdate(paths: Paths, stack: string): Promise<LastUpdate | undefined> {
  const args = ["stack", "history", "--json", "--page-size", "1", "--stack", stack];
  const [newest] = JSON.parse((await askPulumi(paths, args)) || "[]");
  return newest;
}

/** Refreshes the state from Docker and the databases. */
async function refreshAndUpdate(paths: Paths, stack: string, exported: unknown) {
  const { troubles, asleep } = await wakeContainers(paths, stack);
  // Resources inside a stopped server cannot be read; the update starts that server first.
  const unreadable = asleep.includes("postgres")
    ? stackResources(exported).filter(({ type }) => type.startsWith("postgresql:"))
    : [];
  const refresh = ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"];
  const excluded = unreadable.flatMap(({ urn }) => ["--exclude", urn]);
  const args = [...refresh, "--suppress-outputs", ...excluded, "--stack", stack];
  await demandSuccess(paths, await showPulumi(paths, args), stack, troubles);
}

/** Finishes what a killed command began: brings the stack up, stops it or removes it. */
export async function recover({ values, switches }: Parsed) {
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
  if (end !== "up") say(`the interrupted command was removing stack ${stack}; finishing that now`);
  if (end === "removed") return destroyAll(paths, stack);
  if (end === "stopped") return suspend(paths, stack);
  await refreshAndUpdate(paths, stack, exported);
  await updateAndTell(paths, parts, stack);
}

/**
 * Whether the stack was being removed: the engine and all that depends on it are gone or being deleted. An update
 * that replaces a container keeps its dependents, or marks them for replacement.
 */
function wasRemoving(exported: unknown, last: LastUpdate | undefined) {
  const resources = stackResources(exported);
  const pending = pendingOperations(exported);
  const deleting = new Set(pending.filter(({ type }) => type === "deleting").map(({ urn }) => urn));
  const stopped = last?.kind === "destroy" && last.result !== "succeeded";
  if (deleting.size === 0 && !stopped) return false;
  if (deleting.size < pending.length || resources.some(({ leaving }) => leaving)) return false;
  const left = resources.filter(({ urn }) => !deleting.has(urn));
  const engineLeft = left.some(
    (resource) => isContainer(resource) && partOf(resource) === "hasura",
  );
  const needed = new Set(left.flatMap(({ dependencies }) => dependencies));
  return !engineLeft && ![...deleting].some((urn) => needed.has(urn));
}

const runsNothing = (resources: StateResource[]) => {
  const stack = resources.find(({ type }) => type === "pulumi:pulumi:Stack");
  return Object.keys(objectOf(stack?.outputs.containers)).length === 0;
};

/** Returns what the killed command was to leave: "stopped" keeps only the data, like `npm run down`. */
export function wantedEnd(
  exported: unknown,
  last: LastUpdate | undefined,
): "up" | "stopped" | "removed" {
  if (!wasRemoving(exported, last)) return "up";
  const resources = stackResources(exported);
  // A suspended program reports no containers before its first deletion; a removal cannot delete what is protected.
  const keepsData = runsNothing(resources) || resources.some(({ protect }) => protect);
  return keepsData ? "stopped" : "removed";
}
