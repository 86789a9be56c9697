import { CommandFailed } from "../setup/context.mjs";
import { objectOf } from "./stackResources.mjs";

/** @typedef {import("./stackDocker.mjs").StackDocker} StackDocker */

/**
 * What Docker knows of a container.
 * @typedef {object} ContainerState
 * @property {string} name
 * @property {string} status As Docker calls it: created, running, paused, restarting, exited, dead or removing.
 * @property {number} exitCode
 * @property {number} restarts How often Docker started it again by itself since somebody started it.
 * @property {boolean} outOfMemory
 * @property {boolean} healthy Whether its health check passed the last time.
 * @property {string[]} healthTest Its health check, as the image configuration writes it.
 */

const LAST_LINES = 8;

/**
 * @param {string} id
 * @param {StackDocker} docker
 * @returns {Promise<ContainerState | undefined>} `undefined` where Docker does not have it.
 */
export async function containerState(id, docker) {
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

/**
 * Runs a container's own health check now, which Docker does every few seconds only.
 * @param {string} id
 * @param {ContainerState} state
 * @param {StackDocker} docker
 */
export async function isHealthy(id, { healthTest: [kind, ...test] }, docker) {
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
 * @param {string} text
 */
export function withoutSecretLines(text) {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/password|secret|BEGIN [A-Z ]*KEY/i.test(line))
    .map((line) => line.slice(0, 300).replace(/[A-Za-z0-9+/_=-]{30,}/g, "(not shown)"));
}

/**
 * Why a container does not run, in its own last words.
 * @param {string} id
 * @param {ContainerState} state
 * @param {StackDocker} docker
 */
export async function containerTrouble(id, state, docker) {
  const { name, status, exitCode, restarts, outOfMemory } = state;
  const times = restarts > 0 ? `, restarted ${restarts} times` : "";
  const memory = outOfMemory ? ", which needed more memory than it may have" : "";
  const head = `container ${name} does not stay up (${status}, exit code ${exitCode}${times})${memory}`;
  const logs = await docker.logs(id, LAST_LINES);
  const words = withoutSecretLines(logs).map((line) => `\n  ${line}`);
  const said = words.length > 0 ? `; its last words:${words.join("")}\n` : "; ";
  return `${head}${said}correct what they name, then run the command again; more of it: docker logs ${name}`;
}
