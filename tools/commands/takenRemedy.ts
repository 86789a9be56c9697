import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { LABEL } from "../../infra/docker/names";
import { npmRun } from "../commandLine";
import type { StackDocker } from "./stackDocker";
import { instanceIds } from "./stackResources";

/** State of a listening socket in /proc/net/tcp. */
const LISTENING = "0A";
const PORT_TAKEN =
  /(?:\d+(?:\.\d+){3}|\[[0-9a-f:]*\]|::):(\d{1,5})\b[^\n]*?(?:port is already allocated|address already in use)/i;
const CONTAINER_TAKEN = /container name "\/?([^"]+)" is already in use/i;
const NETWORK_TAKEN = /network with name (\S+) already exists/i;

/** Returns the port that was taken and the setting that chooses it; undefined if none was. */
export function takenPort(text: string): { port: number; setting: string } | undefined {
  const found = PORT_TAKEN.exec(text);
  if (!found) return undefined;
  // The line or Pulumi's heading above it names the container.
  const until = text.slice(0, found.index);
  const parts = [...until.matchAll(/-(postgres|hasura)(?:-container)?\b/g)];
  const setting = parts.at(-1)?.[1] === "postgres" ? "postgres.port" : "hasura.port";
  return { port: Number(found[1]), setting };
}

/** Returns the name that another container or network has. */
export function takenName(
  text: string,
): { kind: "container" | "network"; name: string } | undefined {
  const [, container] = CONTAINER_TAKEN.exec(text) ?? [];
  if (container !== undefined) return { kind: "container", name: container };
  const [, network] = NETWORK_TAKEN.exec(text) ?? [];
  return network === undefined ? undefined : { kind: "network", name: network };
}

export interface Surroundings {
  stack: string;
  /** What `pulumi stack export` printed, parsed. */
  exported: unknown;
  docker: StackDocker;
}

async function portRemedy(
  { port, setting }: { port: number; setting: string },
  { stack, docker }: Surroundings,
) {
  const holder = await portHolder(port, docker);
  const held = holder ?? `an unknown process (sudo ss -ltnp 'sport = :${port}')`;
  const choose = `npx pulumi config set --path ${setting} NUMBER --stack ${stack}`;
  return `port ${port} (setting ${setting}) is in use by ${held}; stop it, or choose another port: ${choose}; then run the command again`;
}

async function nameRemedy(
  { kind, name }: { kind: "container" | "network"; name: string },
  { stack, exported, docker }: Surroundings,
) {
  const format = kind === "container" ? "{{json .Config.Labels}}" : "{{json .Labels}}";
  const labels = JSON.parse(
    (await docker.run([kind, "inspect", "--format", format, name])) || "{}",
  );
  const instance = labels?.[LABEL.instance];
  if (instanceIds(exported).includes(instance)) {
    return `an earlier update was interrupted; run: ${npmRun("recover", stack)}`;
  }
  const owner = instance
    ? "another checkout or an earlier state made"
    : "this project did not make";
  const remove =
    kind === "container" ? `docker stop ${name} && docker rm ${name}` : `docker network rm ${name}`;
  return `the ${kind} ${name} exists, which ${owner}; if nobody needs it, remove it: ${remove}; otherwise use a stack of another name: npm run new-stack -- NAME`;
}

/** Returns who holds the port or name that Docker refused and what to do; undefined if neither was refused. */
export async function takenRemedy(text: string, around: Surroundings): Promise<string | undefined> {
  const port = takenPort(text);
  if (port) return portRemedy(port, around);
  const name = takenName(text);
  return name && nameRemedy(name, around);
}

function linesOf(path: string) {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

/** Returns the inodes of the sockets that listen on a port. */
function listeningInodes(port: number) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(linesOf);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return new Set(
    fields
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === LISTENING)
      .map((row) => `socket:[${row[9]}]`),
  );
}

function linkAt(path: string) {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed in the meantime.
    return "";
  }
}

function openFiles(pid: string) {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((name) => linkAt(`${folder}/${name}`));
  } catch {
    // It has ended, or belongs to another user.
    return [];
  }
}

/** Returns the local process that listens on a port; undefined if it cannot be seen. */
function listeningProcess(port: number): string | undefined {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) => openFiles(candidate).some((file) => inodes.has(file)));
  return pid && `the process ${linesOf(`/proc/${pid}/comm`)[0]} (${pid})`;
}

/** Returns who holds a port on the machine of the Docker engine; undefined if it cannot be seen. */
export async function portHolder(port: number, docker: StackDocker): Promise<string | undefined> {
  const args = ["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"];
  const [name] = (await docker.run(args)).split("\n");
  if (name) return `the container ${name}`;
  return docker.local ? listeningProcess(port) : undefined;
}
