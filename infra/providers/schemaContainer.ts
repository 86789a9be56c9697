import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { askDocker, type DockerPlace, dockerProblem, runInside } from "../doctor/runInside";
import { remoteError } from "../http/remoteError";

/** Where and of what the job's container is made. */
export interface ContainerPlan {
  /** Its name. */
  container: string;
  /** Image that has `hasura-cli`. */
  image: string;
  /** The stack's own network. Default: Docker's own, for an engine elsewhere. */
  network?: string | null;
  /** Base URL of an engine elsewhere. Default: the stack's own engine. */
  endpoint?: string | null;
  /** Labels of what belongs to the stack. */
  labels: Record<string, string>;
  /** Set for the docker command. Default: nothing. */
  dockerEnvironment?: Record<string, string> | undefined;
  /** Seconds that the whole job may take. */
  timeoutSeconds: number;
}

/** Folder of the project within the container. */
export const PROJECT = "/tmp/project";

/** File that is there while the CLI runs. */
export const BUSY_FILE = "/tmp/busy";

/** File that is as old as the container. */
const BEGAN_FILE = "/tmp/began";

/** The engine, as it is called on the stack's network. */
export const ENGINE = { host: "hasura", port: 8080 };

const HOLDER_LABEL = "dev.clerk-hasura.holder";

/** Ends by itself, and when it is asked to, but not while the CLI runs. */
function keepAlive(seconds: number): string {
  return `trap asked=1 TERM
mkdir -p "$HOME" && touch ${BEGAN_FILE}
until [ "$SECONDS" -gt ${seconds} ] || { [ -n "\${asked:-}" ] && [ ! -e ${BUSY_FILE} ]; }; do sleep 1 & wait $!; done`;
}

const VARIABLES = {
  HOME: "/tmp/home",
  HASURA_GRAPHQL_ENABLE_TELEMETRY: "false",
  HASURA_GRAPHQL_SHOW_UPDATE_NOTIFICATION: "false",
};

/** A container beside the engine, in which the job's requests and commands run. */
export interface SchemaContainer {
  /** The job that the container is of, by which leases name it. */
  holder: string;
  /** Runs a script; throws where Docker cannot. */
  run(script: string, timeoutMs: number): Promise<{ code: number; text: string }>;
  remove(): Promise<void>;
}

function place({ dockerEnvironment }: ContainerPlan, timeoutMs: number): DockerPlace {
  return { timeoutMs, ...(dockerEnvironment && { dockerEnvironment }) };
}

/** Docker's answer; throws where there is none. */
async function ask(plan: ContainerPlan, args: readonly string[]) {
  const answer = await askDocker(place(plan, 60_000), args);
  if ("unavailable" in answer) throw remoteError(`The schema's container: ${answer.unavailable}`);
  return answer;
}

function runArguments(plan: ContainerPlan, holder: string): string[] {
  const labels = { ...plan.labels, [HOLDER_LABEL]: holder };
  const endpoint = plan.endpoint ?? `http://${ENGINE.host}:${ENGINE.port}`;
  const pairs = (flag: string, of: Record<string, string>) =>
    Object.entries(of).flatMap(([name, value]) => [flag, `${name}=${value}`]);
  return [
    ...["run", "--detach", "--name", plan.container, "--network", plan.network ?? "bridge"],
    ...["--user", "1001:1001", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
    ...["--read-only", "--tmpfs", "/tmp:exec,mode=1777,size=256m"],
    ...["--memory", "512m", "--memory-swap", "512m", "--pids-limit", "256"],
    ...["--stop-timeout", `${plan.timeoutSeconds}`],
    ...pairs("--label", labels),
    ...pairs("--env", { ...VARIABLES, HASURA_GRAPHQL_ENDPOINT: endpoint }),
    ...["--entrypoint", "/bin/bash", plan.image, "-c", keepAlive(plan.timeoutSeconds + 120)],
  ];
}

/** Starts the container; undefined where one of its name is there. */
export async function startContainer(plan: ContainerPlan): Promise<SchemaContainer | undefined> {
  const holder = `${hostname()}, process ${process.pid}, ${randomBytes(4).toString("hex")}`;
  const { code, errors } = await ask(plan, runArguments(plan, holder));
  if (code !== 0 && /is already in use/.test(errors)) return undefined;
  if (code !== 0) {
    const reason = dockerProblem(errors) ?? errors.trim().split("\n").at(-1);
    throw remoteError(
      `The schema's container did not start: ${reason}; check that schema.image is an engine image with the CLI (${plan.image})`,
    );
  }
  return containerOf(plan, holder);
}

function containerOf(plan: ContainerPlan, holder: string): SchemaContainer {
  return {
    holder,
    async run(script, timeoutMs) {
      const at = { ...place(plan, timeoutMs), container: plan.container };
      const result = await runInside(at, script);
      if ("unavailable" in result) {
        throw remoteError(`The schema's container ${plan.container}: ${result.unavailable}`);
      }
      return result;
    },
    async remove() {
      await ask(plan, ["rm", "--force", plan.container]);
    },
  };
}

/** The container of a job that runs, or that was killed; undefined where there is none. */
export async function foundContainer(plan: ContainerPlan): Promise<SchemaContainer | undefined> {
  const format = `{{index .Config.Labels "${HOLDER_LABEL}"}}`;
  const { code, text } = await ask(plan, ["inspect", "--format", format, plan.container]);
  return code === 0 ? containerOf(plan, text.trim()) : undefined;
}

/** Seconds that a container has run, by its own clock; undefined where it does not run. */
export async function ageOf(container: SchemaContainer): Promise<number | undefined> {
  try {
    const script = `echo $(( $(date +%s) - $(stat -c %Y ${BEGAN_FILE}) ))`;
    const { text } = await container.run(script, 30_000);
    return Number(text);
  } catch {
    // It has ended, or is gone.
    return undefined;
  }
}
