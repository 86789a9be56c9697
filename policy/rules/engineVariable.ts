import { ResourceType } from "../../infra/docker/resourceTypes";
import { isEngine, variablesOf } from "./containers";
import { flagFor, hidesFlags } from "./engineCommand";
import type { CheckedResource } from "./policyRule";
import { holdsUnknown, recordAt, textAt } from "./properties";

/** What the engine takes where a variable is absent (Hasura's reference of server flags). */
const ENGINE_DEFAULTS: Readonly<Record<string, string>> = {
  HASURA_GRAPHQL_ADMIN_INTERNAL_ERRORS: "true",
  HASURA_GRAPHQL_CORS_DOMAIN: "*",
  HASURA_GRAPHQL_DEV_MODE: "false",
  HASURA_GRAPHQL_ENABLED_APIS: "metadata,graphql,pgdump,config",
  HASURA_GRAPHQL_ENABLE_CONSOLE: "false",
  HASURA_GRAPHQL_ENABLE_TELEMETRY: "true",
};

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
