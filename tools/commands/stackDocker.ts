import { CommandFailed, runCommand } from "../setup/context";
import { objectOf, stackResources } from "./stackResources";

/** The Docker engine that a stack runs on. */
export interface StackDocker {
  /** Whether its ports are this machine's. */
  local: boolean;
  /** Runs `docker` against it. Returns the standard output. */
  run: (args: string[]) => Promise<string>;
  /** Returns the last lines of a container, from both streams. */
  logs: (id: string, lines: number) => Promise<string>;
}

/** The stack's `docker:host` may name another engine than the shell; the state says which one runs its containers. */
export function stackDocker(exported: unknown, env: NodeJS.ProcessEnv = process.env): StackDocker {
  const provider = stackResources(exported).find(
    ({ type, inputs }) => type === "pulumi:providers:docker" && typeof inputs.host === "string",
  );
  const host = provider ? String(provider.inputs.host) : (env.DOCKER_HOST ?? "");
  const own = provider ? { ...env, DOCKER_HOST: host } : env;
  return {
    local: !env.DOCKER_CONTEXT && (host === "" || host.startsWith("unix://")),
    run: (args) => runCommand("docker", args, { env: own }),
    logs: async (id, lines) => {
      let text = "";
      const onOutput = (chunk: Buffer) => {
        text += chunk.toString("utf8");
      };
      await runCommand("docker", ["logs", "--tail", `${lines}`, id], { env: own, onOutput });
      return text;
    },
  };
}

/** What Docker knows of a container. */
export interface ContainerState {
  name: string;
  /** created, running, paused, restarting, exited, dead or removing. */
  status: string;
  exitCode: number;
  /** How often Docker restarted it by itself. */
  restarts: number;
  outOfMemory: boolean;
  /** Result of the last health check. */
  healthy: boolean;
  /** Its health check, in Docker's form. */
  healthTest: string[];
}

const LAST_LINES = 8;

/** Undefined if Docker does not have it. */
export async function containerState(
  id: string,
  docker: StackDocker,
): Promise<ContainerState | undefined> {
  try {
    const [found] = JSON.parse(await docker.run(["container", "inspect", id]));
    const state = objectOf(found.State);
    const test = objectOf(objectOf(found.Config).Healthcheck).Test;
    return {
      name: String(found.Name).replace(/^\//, ""),
      status: String(state.Status),
      exitCode: Number(state.ExitCode),
      restarts: Number(found.RestartCount),
      outOfMemory: state.OOMKilled === true,
      healthy: objectOf(state.Health).Status === "healthy",
      healthTest: Array.isArray(test) ? test.map(String) : [],
    };
  } catch (error) {
    if (error instanceof CommandFailed && /no such container/i.test(error.stderr)) return undefined;
    throw error;
  }
}

/** Runs the health check of a container now; Docker only runs it every few seconds. */
export async function isHealthy(
  id: string,
  { healthTest: [kind, ...test] }: ContainerState,
  docker: StackDocker,
) {
  if (kind !== "CMD" && kind !== "CMD-SHELL") return true;
  const command = kind === "CMD" ? test : ["/bin/sh", "-c", ...test];
  return docker.run(["exec", id, ...command]).then(
    () => true,
    () => false,
  );
}

/**
 * Drops lines that may hold a secret: a server that does not start quotes what it cannot use (Hasura prints a whole
 * private key).
 */
export function withoutSecretLines(text: string) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/password|secret|BEGIN [A-Z ]*KEY/i.test(line))
    .map((line) => line.slice(0, 300).replace(/[A-Za-z0-9+/_=-]{30,}/g, "(not shown)"));
}

/** Returns why a container does not run, with its last lines. */
export async function containerTrouble(id: string, state: ContainerState, docker: StackDocker) {
  const { name, status, exitCode, restarts, outOfMemory } = state;
  const times = restarts > 0 ? `, restarted ${restarts} times` : "";
  const memory = outOfMemory ? ", which exceeded its memory limit" : "";
  const head = `container ${name} does not stay up (${status}, exit code ${exitCode}${times})${memory}`;
  const logs = await docker.logs(id, LAST_LINES);
  const words = withoutSecretLines(logs).map((line) => `\n  ${line}`);
  const said = words.length > 0 ? `; its last words:${words.join("")}\n` : "; ";
  return `${head}${said}correct that, then run the command again; for more, run docker logs ${name}`;
}
