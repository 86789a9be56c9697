import { CommandFailed, runCommand } from "../setup/context";
import { objectOf, stackResources } from "./stackResources";

/** The Docker engine that a stack runs on. */
export interface StackDocker {
  /** Whether its ports are this machine's. */
  local: boolean;
  /** Runs `docker` against it and gives its standard output. */
  run: (args: string[]) => Promise<string>;
  /** What a container printed last, on both streams. */
  logs: (id: string, lines: number) => Promise<string>;
}

/** `docker:host` of a stack may name another engine than the shell's; the state says which one has its containers. */
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
  /** As Docker calls it: created, running, paused, restarting, exited, dead or removing. */
  status: string;
  exitCode: number;
  /** How often Docker started it again by itself since somebody started it. */
  restarts: number;
  outOfMemory: boolean;
  /** Whether its health check passed the last time. */
  healthy: boolean;
  /** Its health check, as the image configuration writes it. */
  healthTest: string[];
}

const LAST_LINES = 8;

/** `undefined` where Docker does not have it. */
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

/** Runs a container's own health check now, which Docker does every few seconds only. */
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
 * The last lines that a container printed, without what may be a secret: a server that does not start quotes what it
 * could not use (Hasura prints a whole private key).
 */
export function withoutSecretLines(text: string) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/password|secret|BEGIN [A-Z ]*KEY/i.test(line))
    .map((line) => line.slice(0, 300).replace(/[A-Za-z0-9+/_=-]{30,}/g, "(not shown)"));
}

/** Why a container does not run, in its own last words. */
export async function containerTrouble(id: string, state: ContainerState, docker: StackDocker) {
  const { name, status, exitCode, restarts, outOfMemory } = state;
  const times = restarts > 0 ? `, restarted ${restarts} times` : "";
  const memory = outOfMemory ? ", which needed more memory than it may have" : "";
  const head = `container ${name} does not stay up (${status}, exit code ${exitCode}${times})${memory}`;
  const logs = await docker.logs(id, LAST_LINES);
  const words = withoutSecretLines(logs).map((line) => `\n  ${line}`);
  const said = words.length > 0 ? `; its last words:${words.join("")}\n` : "; ";
  return `${head}${said}correct what they name, then run the command again; more of it: docker logs ${name}`;
}
