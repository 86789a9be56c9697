import type { CloudEnvironment } from "./cloudApi";
import type { CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { cloudNotice } from "./cloudNotice";

/** An engine without an admin secret takes everybody for an admin, whatever its JWT secret says. */
const NEVER_REMOVED = ["HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ADMIN_SECRETS"];

/** Those of the written variables that may be removed, as their value is still the one written; tells which are left. */
export function removableVariables(
  olds: CloudEnvironmentOuts,
  names: readonly string[],
  { variables }: CloudEnvironment,
): string[] {
  const there = names.filter((name) => variables.has(name));
  const kept = there.filter((name) => NEVER_REMOVED.includes(name));
  const foreign = there.filter(
    (name) => !kept.includes(name) && variables.get(name) !== olds.env[name],
  );
  if (kept.length > 0) {
    cloudNotice(
      `${kept.join(", ")} in project ${olds.projectId} is left as it is, because without an admin secret everybody would be an admin of the project; if that is meant, remove it at the Cloud dashboard`,
    );
  }
  if (foreign.length > 0) {
    cloudNotice(
      `${foreign.join(", ")} in project ${olds.projectId} was changed by somebody else and is left as it is; remove it at the Cloud dashboard if nobody needs it`,
    );
  }
  return there.filter((name) => !kept.includes(name) && !foreign.includes(name));
}
