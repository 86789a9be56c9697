import { remoteError } from "../http/remoteError";
import type { Schema } from "../schema/readSchema";
import { LEASE_SECONDS } from "../schema/recordsSql";
import type { EngineAccess } from "./engineRequest";
import {
  ageOf,
  type ContainerPlan,
  foundContainer,
  type SchemaContainer,
  startContainer,
} from "./schemaContainer";
import { appliedMigrations, heldError, holderOf } from "./schemaState";
import { type SchemaTools, schemaTools } from "./schemaTools";

/** What a state remembers, by `source/version_name`. */
export interface Remembered {
  migrations: Record<string, string>;
  applied: Record<string, string>;
}

const PAUSE_MS = 1000;

/** Runs something with the tools of a container that lives as long. */
export async function withSchemaTools<T>(
  plan: ContainerPlan,
  access: EngineAccess,
  schema: Schema,
  use: (tools: SchemaTools) => Promise<T>,
): Promise<T> {
  const sources = schema.sources.map(({ name }) => name);
  const container = await ownContainer(plan, access, sources);
  try {
    return await use(schemaTools(container, access, Date.now() + plan.timeoutSeconds * 1000));
  } finally {
    await container.remove();
  }
}

/**
 * Starts the container once no other job holds a lease by the one of this name. Such a container is looked into before it goes,
 * because a job that is only slow is not to be cut off.
 */
async function ownContainer(
  plan: ContainerPlan,
  access: EngineAccess,
  sources: readonly string[],
): Promise<SchemaContainer> {
  const until = Date.now() + (LEASE_SECONDS + 10) * 1000;
  for (;;) {
    const started = await startContainer(plan);
    if (started !== undefined) return started;
    const other = await foundContainer(plan);
    if (other !== undefined && !(await isAtWork(other, access, sources))) await other.remove();
    else if (Date.now() > until) throw heldError(other?.holder ?? plan.container);
    else await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

async function isAtWork(
  container: SchemaContainer,
  access: EngineAccess,
  sources: readonly string[],
): Promise<boolean> {
  const age = await ageOf(container);
  // One that has just begun has taken no lease yet.
  if (age === undefined || age < LEASE_SECONDS) return age !== undefined;
  const tools = schemaTools(container, access, Date.now() + LEASE_SECONDS * 1000);
  return (await holderOf(tools, sources)) === container.holder;
}

/** Starts the container after one that a killed refresh left behind. */
async function startedAnew(plan: ContainerPlan): Promise<SchemaContainer> {
  await (await foundContainer(plan))?.remove();
  const started = await startContainer(plan);
  if (started !== undefined) return started;
  throw remoteError("another refresh looks at it; run one at a time");
}

/** What is applied now, asked from a container of its own beside one that may be at work; what was known where the engine cannot be asked. */
export async function lookAtSchema(
  plan: ContainerPlan,
  { applied, migrations, ...access }: EngineAccess & Remembered,
): Promise<Record<string, string>> {
  const look = { ...plan, container: `${plan.container}-look`, timeoutSeconds: 60 };
  try {
    const container = (await startContainer(look)) ?? (await startedAnew(look));
    try {
      const tools = schemaTools(container, access, Date.now() + 60_000);
      const sources = new Set(Object.keys(migrations).map((key) => key.split("/")[0] ?? ""));
      return await appliedMigrations(tools, [...sources]);
    } finally {
      await container.remove();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : `${error}`;
    process.stderr.write(
      `The schema could not be looked at (${reason}); what was applied is taken as before\n`,
    );
    return applied;
  }
}
