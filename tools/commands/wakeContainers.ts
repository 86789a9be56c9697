import { ResourceType } from "../../infra/docker/resourceTypes";
import { npmRun } from "../commandLine";
import { CommandFailed } from "../setup/context";
import type { Paths } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { askPulumi, exportedState, stackProblem } from "./pulumi";
import { remedyFor } from "./remedyFor";
import {
  type ContainerState,
  containerState,
  containerTrouble,
  isHealthy,
  type StackDocker,
  stackDocker,
} from "./stackDocker";
import { isContainer, partOf, type StateResource, stackResources } from "./stackResources";
import { type Surroundings, takenRemedy } from "./takenRemedy";

/** After a crash, a server replays its log before it answers. */
const PATIENCE_MS = 120_000;

/** Docker waits longer before each restart; the third comes within a second. */
const CRASH_LOOP = 3;

const say = (text: string) => process.stdout.write(`${text}\n`);

const textOf = (error: unknown) => (error instanceof CommandFailed ? error.stderr : String(error));

/** Waits until a container is healthy. Returns what is wrong; undefined once it is healthy. */
async function waitUntilHealthy(id: string, docker: StackDocker): Promise<string | undefined> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = await containerState(id, docker);
    if (state === undefined) return "the container was removed while up waited for it";
    if (state.status === "running" && (await isHealthy(id, state, docker))) return undefined;
    const loops = state.restarts >= CRASH_LOOP || state.status === "exited";
    if (loops || Date.now() > deadline) return containerTrouble(id, state, docker);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Starts a container. Returns what is wrong; undefined once it is healthy. */
async function startContainer(
  id: string,
  state: ContainerState,
  around: Surroundings,
): Promise<string | undefined> {
  const { docker } = around;
  // Only a manual restart ends Docker's growing pauses.
  const verbs: Record<string, string> = { paused: "unpause", restarting: "restart" };
  try {
    await docker.run([verbs[state.status] ?? "start", id]);
  } catch (error) {
    const text = textOf(error).trim();
    const remedy = await takenRemedy(text, around);
    return `container ${state.name} does not start: ${remedy ?? text}`;
  }
  const trouble = await waitUntilHealthy(id, docker);
  if (trouble === undefined) say(`started container ${state.name}, which was ${state.status}`);
  return trouble;
}

interface Look {
  /** Whether Docker no longer has it. */
  gone: boolean;
  /** Whether it was started. */
  started?: boolean;
  /** Why it does not run. */
  trouble?: string | undefined;
}

async function wake(id: string, around: Surroundings): Promise<Look> {
  const { docker } = around;
  const state = await containerState(id, docker);
  if (state === undefined) return { gone: true };
  if (state.status === "running" && state.healthy) return { gone: false };
  if (state.status === "running")
    return { gone: false, trouble: await waitUntilHealthy(id, docker) };
  if (state.status === "created") {
    // Its creation failed: it may lack a network or a file, and never held data.
    await docker.run(["rm", "--volumes", id]);
    say(`removed container ${state.name}, whose first start had failed`);
    return { gone: true };
  }
  const trouble = await startContainer(id, state, around);
  if (trouble === undefined || !/network \S+ not found/i.test(trouble)) {
    return { gone: false, started: trouble === undefined, trouble };
  }
  // The update creates it again on a new network; its data is in the volume.
  await docker.run(["rm", id]);
  say(`removed container ${state.name}, whose network is gone`);
  return { gone: true };
}

/** Whether Docker has lost a network or a volume. */
const isLost = (kind: "network" | "volume", { id = "" }: StateResource, docker: StackDocker) =>
  docker.run([kind, "inspect", id]).then(
    () => false,
    (error) => {
      if (/no such (network|volume)|network \S+ not found/i.test(textOf(error))) return true;
      throw error;
    },
  );

async function lostAmong(
  resources: StateResource[],
  kind: "network" | "volume",
  docker: StackDocker,
): Promise<StateResource[]> {
  const type = kind === "network" ? ResourceType.Network : ResourceType.Volume;
  const own = resources.filter((resource) => resource.type === type);
  const lost = await Promise.all(own.map((resource) => isLost(kind, resource, docker)));
  return own.filter((_, index) => lost[index]);
}

/** Throws a UserError if the data volume is gone: an update must not replace it with an empty one. */
async function demandVolumes(resources: StateResource[], { stack, docker }: Surroundings) {
  const [volume] = await lostAmong(resources, "volume", docker);
  if (volume === undefined) return;
  throw new UserError(
    `the data volume ${volume.id} of stack ${stack} is no longer in Docker; restore it under that name from a backup, or give up its data: ${npmRun("down", stack, "--delete-data")}`,
  );
}

interface Woken {
  /** Why containers do not run; the update may fix it. */
  troubles: string[];
  /** The parts that do not run now: "postgres", "hasura". */
  asleep: string[];
  /** Whether anything was started or dropped from the state. */
  acted: boolean;
}

/**
 * Prepares an update, which trusts its own state: starts stopped containers, and drops from the state what Docker no
 * longer has, so that the update creates it again.
 */
export async function wakeContainers(paths: Paths, stack: string): Promise<Woken> {
  const exported = await exportedState(paths, stack);
  const around = { stack, exported, docker: stackDocker(exported) };
  try {
    const resources = stackResources(exported).filter(({ leaving }) => !leaving);
    await demandVolumes(resources, around);
    const { gone, started, ...woken } = await wakeAll(resources, around);
    await forget(paths, stack, gone);
    return { ...woken, acted: started || gone.length > 0 };
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const remedy = remedyFor(error.stderr, stack);
    throw new UserError(
      `the containers of stack ${stack} cannot be inspected: ${error.message}; ${remedy}`,
    );
  }
}

async function wakeAll(resources: StateResource[], around: Surroundings) {
  const gone = await lostAmong(resources, "network", around.docker);
  const troubles: string[] = [];
  const asleep: string[] = [];
  let started = false;
  for (const resource of resources.filter(isContainer)) {
    const { gone: missing, trouble, ...look } = await wake(resource.id ?? "", around);
    started ||= look.started === true;
    if (missing) gone.push(resource);
    if (trouble !== undefined) troubles.push(trouble);
    if (missing || trouble !== undefined) asleep.push(partOf(resource));
  }
  return { gone, started, troubles, asleep };
}

async function forget(paths: Paths, stack: string, gone: StateResource[]) {
  if (gone.length === 0) return;
  const targets = gone.flatMap(({ urn }) => ["--target", urn]);
  const refresh = ["refresh", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
  await askPulumi(paths, [...refresh, ...targets]).catch((error) => {
    throw stackProblem(error, stack);
  });
  for (const { outputs } of gone) say(`${outputs.name} is no longer in Docker; creating it again`);
}
