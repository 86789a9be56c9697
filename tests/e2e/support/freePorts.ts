import { randomInt } from "node:crypto";
import { createServer } from "node:net";

/** Below the range out of which systems take ports for outgoing connections, which may take any free one there at any time. */
const FIRST = 15_000;
const LAST = 30_000;

const given = new Set<number>();

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.on("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Ports of loopback that nobody listens on and that no other test of this run was given. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(FIRST, LAST);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}
