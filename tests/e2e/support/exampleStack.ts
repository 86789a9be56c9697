import { freePorts } from "./freePorts";
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
