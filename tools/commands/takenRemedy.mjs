import { INSTANCE_LABEL, instanceIds } from "./orphans.mjs";
import { portHolder } from "./portHolder.mjs";

const PORT_TAKEN =
  /(?:\d+(?:\.\d+){3}|\[[0-9a-f:]*\]|::):(\d{1,5})\b[^\n]*?(?:port is already allocated|address already in use)/i;
const CONTAINER_TAKEN = /container name "\/?([^"]+)" is already in use/i;
const NETWORK_TAKEN = /network with name (\S+) already exists/i;

/**
 * The port that a container could not have, and the setting that chooses it.
 * @param {string} text What Docker or Pulumi printed.
 * @returns {{ port: number, setting: string } | undefined} `undefined` where no port was taken.
 */
export function takenPort(text) {
  const found = PORT_TAKEN.exec(text);
  if (!found) return undefined;
  // The line, or Pulumi's heading above it, names the container.
  const until = text.slice(0, found.index);
  const parts = [...until.matchAll(/-(postgres|hasura)(?:-container)?\b/g)];
  const setting = parts.at(-1)?.[1] === "postgres" ? "postgres.port" : "hasura.port";
  return { port: Number(found[1]), setting };
}

/**
 * The name that another container or network has.
 * @param {string} text
 * @returns {{ kind: "container" | "network", name: string } | undefined}
 */
export function takenName(text) {
  const [, container] = CONTAINER_TAKEN.exec(text) ?? [];
  if (container !== undefined) return { kind: "container", name: container };
  const [, network] = NETWORK_TAKEN.exec(text) ?? [];
  return network === undefined ? undefined : { kind: "network", name: network };
}

/**
 * @typedef {object} Surroundings
 * @property {string} stack
 * @property {unknown} exported What `pulumi stack export` printed, parsed.
 * @property {import("./stackDocker.mjs").StackDocker} docker
 */

/**
 * @param {{ port: number, setting: string }} taken
 * @param {Surroundings} around
 */
async function portRemedy({ port, setting }, { stack, docker }) {
  const holder = await portHolder(port, docker);
  const held =
    holder ?? `something that cannot be seen from here (sudo ss -ltnp 'sport = :${port}')`;
  const choose = `npx pulumi config set --path ${setting} NUMBER --stack ${stack}`;
  return `port ${port} (setting ${setting}) is held by ${held}; end that, or choose another port: ${choose}; then run the command again`;
}

/**
 * @param {{ kind: "container" | "network", name: string }} taken
 * @param {Surroundings} around
 */
async function nameRemedy({ kind, name }, { stack, exported, docker }) {
  const format = kind === "container" ? "{{json .Config.Labels}}" : "{{json .Labels}}";
  const labels = JSON.parse(
    (await docker.run([kind, "inspect", "--format", format, name])) || "{}",
  );
  const instance = labels?.[INSTANCE_LABEL];
  const flags = stack === "dev" ? "" : ` -- --stack ${stack}`;
  if (instanceIds(exported).includes(instance)) {
    return `an earlier update was interrupted; run: npm run recover${flags}`;
  }
  const owner = instance
    ? "another checkout or an earlier state made"
    : "this project did not make";
  const remove =
    kind === "container" ? `docker stop ${name} && docker rm ${name}` : `docker network rm ${name}`;
  return `the ${kind} ${name} exists, which ${owner}; if nobody needs it, remove it: ${remove}; otherwise use a stack of another name: npm run new-stack -- NAME`;
}

/**
 * What to do where Docker refused a port or a name that is in use; tells by whom.
 * @param {string} text What Docker or Pulumi printed.
 * @param {Surroundings} around
 * @returns {Promise<string | undefined>} `undefined` where that was not the fault.
 */
export async function takenRemedy(text, around) {
  const port = takenPort(text);
  if (port) return portRemedy(port, around);
  const name = takenName(text);
  return name && nameRemedy(name, around);
}
