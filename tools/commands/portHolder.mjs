import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const LISTENING = "0A";

/** @param {string} path */
function linesOf(path) {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch {
    return [];
  }
}

/**
 * Inodes of the sockets that listen on a port, as the kernel lists them.
 * @param {number} port
 */
function listeningInodes(port) {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  const rows = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap(linesOf);
  const fields = rows.map((row) => row.trim().split(/\s+/));
  return new Set(
    fields
      .filter(([, local, , state]) => local?.endsWith(`:${hex}`) && state === LISTENING)
      .map((row) => `socket:[${row[9]}]`),
  );
}

/** @param {string} path */
function linkAt(path) {
  try {
    return readlinkSync(path);
  } catch {
    // It was closed meanwhile.
    return "";
  }
}

/** @param {string} pid */
function openFiles(pid) {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).map((name) => linkAt(`${folder}/${name}`));
  } catch {
    // It has ended, or belongs to another user.
    return [];
  }
}

/**
 * The process of this machine that listens on a port.
 * @param {number} port
 * @returns {string | undefined} `undefined` where it cannot be seen.
 */
export function listeningProcess(port) {
  const inodes = listeningInodes(port);
  if (inodes.size === 0) return undefined;
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const pid = pids.find((candidate) => openFiles(candidate).some((file) => inodes.has(file)));
  return pid && `the process ${linesOf(`/proc/${pid}/comm`)[0]} (${pid})`;
}

/**
 * Who holds a port of the machine that a stack's Docker engine runs on.
 * @param {number} port
 * @param {import("./stackDocker.mjs").StackDocker} docker
 * @returns {Promise<string | undefined>} `undefined` where it cannot be seen.
 */
export async function portHolder(port, docker) {
  const args = ["ps", "--filter", `publish=${port}`, "--format", "{{.Names}}"];
  const [name] = (await docker.run(args)).split("\n");
  if (name) return `the container ${name}`;
  return docker.local ? listeningProcess(port) : undefined;
}
