import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { type StackConfig, TestStack } from "./testStack";

/** Images of this test run; an example uses the published ones by itself. */
export function testImages(): Record<string, string> {
  const { env } = process;
  const given = {
    hasuraImage: env.CLERK_HASURA_ENGINE_IMAGE,
    postgresImage: env.CLERK_HASURA_POSTGRES_IMAGE,
    postgresVersion: env.CLERK_HASURA_POSTGRES_MAJOR,
  };
  return Object.fromEntries(
    Object.entries(given).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
}

/** Makes a stack of an example that runs containers, on ports of its own; its program's first engine is at `port`. */
export async function createExample(
  example: string,
  { plain = {}, ...rest }: StackConfig = {},
): Promise<TestStack> {
  const [port = 0, postgresPort = 0] = await freePorts(2);
  const own = { port: `${port}`, postgresPort: `${postgresPort}`, ...testImages() };
  const config = { ...rest, plain: { ...own, ...plain } };
  const stack = await TestStack.create(config, { folder: `examples/${example}` });
  stack.port = port;
  return stack;
}

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
