import { ResourceType } from "../../infra/docker/resourceTypes";
import { ENGINE_DEFAULTS } from "../../infra/hasura/engineVariables";
import { isEngine, variablesOf } from "./containers";
import { flagFor, hidesFlags } from "./engineCommand";
import type { CheckedResource } from "./policyRule";
import { holdsUnknown, recordAt, textAt } from "./properties";

/** What says whose tokens the engine takes, as JSON; the list takes the place of the one (Cloud and Enterprise). */
export const JWT_SECRETS: readonly string[] = [
  "HASURA_GRAPHQL_JWT_SECRET",
  "HASURA_GRAPHQL_JWT_SECRETS",
];

/** The variables whose values the rules judge. */
export const READ_VARIABLES: readonly string[] = [
  ...Object.keys(ENGINE_DEFAULTS),
  ...JWT_SECRETS,
  "HASURA_GRAPHQL_UNAUTHORIZED_ROLE",
];

/**
 * The value that the engine will use; undefined where it has none, or where it cannot be known. A flag of `serve` beats the
 * variable (Hasura's reference of server flags).
 */
export function engineVariable(resource: CheckedResource, name: string): string | undefined {
  if (resource.type === ResourceType.CloudEnvironment) {
    // Only the variables that are set here; the project's others are out of sight.
    return textAt(recordAt(resource.props, "env"), name);
  }
  if (!isEngine(resource)) return undefined;
  const flag = flagFor(resource, name);
  if (flag !== undefined) return flag;
  if (hidesFlags(resource)) return undefined;
  const given = variablesOf(resource).find((it) => it.name === name)?.value;
  if (given !== undefined) return given;
  return holdsUnknown(resource.props.envs) ? undefined : ENGINE_DEFAULTS[name];
}
