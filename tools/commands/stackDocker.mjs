import { runCommand } from "../setup/context.mjs";
import { stackResources } from "./stackResources.mjs";

/**
 * The Docker engine that a stack runs on.
 * @typedef {object} StackDocker
 * @property {boolean} local Whether its ports are this machine's.
 * @property {(args: string[]) => Promise<string>} run Runs `docker` against it and gives its standard output.
 * @property {(id: string, lines: number) => Promise<string>} logs What a container printed last, on both streams.
 */

/**
 * `docker:host` of a stack may name another engine than the shell's; the state says which one has its containers.
 * @param {unknown} exported What `pulumi stack export` printed, parsed.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {StackDocker}
 */
export function stackDocker(exported, env = process.env) {
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
      const onOutput = (/** @type {Buffer} */ chunk) => {
        text += chunk.toString("utf8");
      };
      await runCommand("docker", ["logs", "--tail", `${lines}`, id], { env: own, onOutput });
      return text;
    },
  };
}
