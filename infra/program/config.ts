import * as pulumi from "@pulumi/pulumi";
import { checkDocker } from "../docker/dockerConnection";
import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";
import { settle } from "../settings/settle";
import { rejectProblems } from "../validation/rejectProblems";
import { configValues, namedByKey, secretKeys } from "./configValues";

function configured(project: string): Map<string, string> {
  const prefix = `${project}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
  return new Map(entries);
}

/** Images for a machine that cannot reach an image registry; the launcher names them, configuration wins. */
function localImages(given: Map<string, string>): void {
  const { env } = process;
  const defaults: [string, string | undefined][] = [["hasuraImage", env.CLERK_HASURA_ENGINE_IMAGE]];
  if (!given.has("postgresImage")) {
    defaults.push(["postgresImage", env.CLERK_HASURA_POSTGRES_IMAGE]);
    defaults.push(["postgresVersion", env.CLERK_HASURA_POSTGRES_MAJOR]);
  }
  for (const [key, value] of defaults) {
    if (value && !given.has(key)) given.set(key, value);
  }
}

function markSecrets(args: Record<string, unknown>): void {
  for (const { argument } of secretKeys()) {
    const parts = argument.split(".");
    const last = parts.pop() ?? argument;
    let at: Record<string, unknown> | undefined = args;
    for (const part of parts) at = at?.[part] as Record<string, unknown> | undefined;
    if (at?.[last] !== undefined) at[last] = pulumi.secret(at[last]);
  }
}

/**
 * Reads the stack's configuration and checks all of it, secrets included, before any resource exists.
 * Throws one error that lists every problem.
 */
export function stackConfig(): ClerkHasuraArgs {
  const given = configured(pulumi.getProject());
  localImages(given);
  const { args, problems } = configValues(given);
  args.suspended = process.env.CLERK_HASURA_SUSPENDED === "1";
  const { problems: found = [] } = settle(args as ClerkHasuraArgs);
  rejectProblems(
    `Stack "${pulumi.getStack()}"`,
    [...problems, ...found, ...checkDocker()].map(namedByKey),
  );
  markSecrets(args);
  return args as ClerkHasuraArgs;
}
