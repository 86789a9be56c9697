import { rm } from "node:fs/promises";
import { runCommand } from "../setup/context.mjs";
import { environmentOf } from "../setup/launcher.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { setUp } from "../setup/setUp.mjs";
import { UserError } from "../setup/userError.mjs";
import { INSTANCE_LABEL, instanceIds, orphansAmong } from "./orphans.mjs";
import { askPulumi, demandSuccess, showPulumi, stackProblem } from "./pulumi.mjs";
import { whyNotUnlock } from "./stackLock.mjs";
import { selectStack, updateAndTell } from "./up.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

const STOP_SECONDS = "90";

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

/**
 * @param {string[]} args A docker command that prints one id a line.
 * @returns {Promise<string[]>}
 */
async function idsFrom(args) {
  const text = await runCommand("docker", args);
  return text.split("\n").filter((line) => line !== "");
}

/**
 * Removes containers and networks that carry the stack's label and that its state does not know:
 * what was made just before the update was killed. Volumes are never touched.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 */
async function removeOrphans(exported) {
  for (const instance of instanceIds(exported)) {
    const filter = ["--filter", `label=${INSTANCE_LABEL}=${instance}`, "--no-trunc"];
    const containers = await idsFrom(["ps", "-aq", ...filter]);
    for (const id of orphansAmong(exported, containers)) {
      // A database gets the time to write everything down.
      await runCommand("docker", ["stop", "--time", STOP_SECONDS, id]);
      await runCommand("docker", ["rm", id]);
      say(`removed container ${id.slice(0, 12)}, which the interrupted update left behind`);
    }
    const networks = await idsFrom(["network", "ls", "-q", ...filter]);
    for (const id of orphansAmong(exported, networks)) {
      await runCommand("docker", ["network", "rm", id]);
      say(`removed network ${id.slice(0, 12)}, which the interrupted update left behind`);
    }
  }
}

/**
 * Frees the stack from the lock of an update that was killed.
 * @param {Paths} paths
 * @param {string} stack
 */
async function unlock(paths, stack) {
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
 * Brings a stack whose update was killed back to order, then up.
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
  await unlock(paths, stack);
  await removeOrphans(JSON.parse(await askPulumi(paths, ["stack", "export", "--stack", stack])));
  const refresh = ["refresh", "--yes", "--clear-pending-creates", "--skip-preview"];
  const outcome = await showPulumi(paths, [...refresh, "--suppress-outputs", "--stack", stack]);
  demandSuccess(paths, outcome, stack);
  await updateAndTell(paths, parts, stack);
}
