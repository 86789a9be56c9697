import type { CloudEnvironment } from "./cloudApi";
import type { CloudEnvironmentOuts } from "./cloudEnvironmentProvider";
import { cloudNotice } from "./cloudNotice";
import { isOurValue } from "./isOurValue";

/** An engine without an admin secret takes everybody for an admin, whatever its JWT secret says. */
const NEVER_REMOVED = ["HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ADMIN_SECRETS"];

/** Those of the written variables that may be removed, as their value is still the one written; tells which are left. */
export function removableVariables(
  olds: CloudEnvironmentOuts,
  names: readonly string[],
  { variables }: CloudEnvironment,
): string[] {
  const there = [...variables].filter(([name]) => names.includes(name)).sort();
  const kept = there.map(([name]) => name).filter((name) => NEVER_REMOVED.includes(name));
  const others = there.filter(([name]) => !kept.includes(name));
  const foreign = others.filter(([name, value]) => !isOurValue(olds, name, value));
  if (kept.length > 0) {
    cloudNotice(
      `${kept.join(", ")} in project ${olds.projectId} is left as it is, because without an admin secret everybody would be an admin of the project; if that is meant, remove it at the Cloud dashboard`,
    );
  }
  if (foreign.length > 0) {
    cloudNotice(
      `${foreign.map(([name]) => name).join(", ")} in project ${olds.projectId} was changed by somebody else and is left as it is; remove it at the Cloud dashboard if nobody needs it`,
    );
  }
  return others.filter((one) => !foreign.includes(one)).map(([name]) => name);
}
