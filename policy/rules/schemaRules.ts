import { DEFAULT_ROLE } from "../../infra/clerk/roles";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { readRights } from "../../infra/schema/readRights";
import { isUnfiltered, isWriting, type Right, verbOf } from "../../infra/schema/right";
import { isEngine } from "./containers";
import { engineVariable } from "./engineVariable";
import { type CheckedResource, PolicyLevel, type StackRule } from "./policyRule";
import { isProduction } from "./policySettings";
import { textAt, textsAt } from "./properties";

/** What the role of requests without a token is called where no engine is there to tell it. */
const USUAL_ANONYMOUS = "anonymous";

function ofType(resources: readonly CheckedResource[], type: string): CheckedResource[] {
  return resources.filter((it) => it.type === type);
}

function rightsIn(resources: readonly CheckedResource[]): Right[] {
  return ofType(resources, ResourceType.HasuraSchema).flatMap(
    ({ props }) => readRights(props.rights) ?? [],
  );
}

/** Roles that a token may carry, as the stack's check is told. */
function usersOf(resources: readonly CheckedResource[]): Set<string> {
  const roles = ofType(resources, ResourceType.Probe).flatMap(({ props }) => {
    const shape = shapeIn(textAt(props, "tokenShape") ?? "");
    return [textAt(shape, "defaultRole") ?? "", ...textsAt(shape, "allowedRoles")];
  });
  const named = roles.filter((role) => role !== "");
  return new Set(named.length > 0 ? named : [DEFAULT_ROLE]);
}

function shapeIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    // Not known yet.
    return {};
  }
}

/** Roles of requests without a token; none where every engine refuses these. */
function anonymousOf(resources: readonly CheckedResource[]): Set<string> {
  const engines = resources.filter(
    (it) => isEngine(it) || it.type === ResourceType.CloudEnvironment,
  );
  if (engines.length === 0) return new Set([USUAL_ANONYMOUS]);
  const variable = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE";
  return new Set(engines.flatMap((it) => engineVariable(it, variable) || []));
}

const unfiltered: StackRule = {
  name: "schema-unfiltered-rights",
  description: "no role of users reads, updates or deletes all rows of a table",
  remedy: 'add a row filter to the permission, such as {"user_id":{"_eq":"X-Hasura-User-Id"}}',
  level: PolicyLevel.Advisory,
  stackWide: true,
  checkStack(resources) {
    const users = usersOf(resources);
    return rightsIn(resources)
      .filter((it) => users.has(it.role) && isUnfiltered(it))
      .map((it) => `${it.role} may ${verbOf(it)} ${it.object} without a row filter`);
  },
};

const anonymousMutations: StackRule = {
  name: "schema-anonymous-mutations",
  description: "without a token, nobody changes data of a production stack",
  remedy: "remove the permission of the unauthorized role, or give it to a role of users",
  level: PolicyLevel.Mandatory,
  stackWide: true,
  checkStack(resources, settings) {
    if (!isProduction(settings)) return [];
    const anonymous = anonymousOf(resources);
    return rightsIn(resources)
      .filter((it) => anonymous.has(it.role) && isWriting(it))
      .map((it) => `${it.role}, which needs no token, may ${verbOf(it)} ${it.object}`);
  },
};

/** Who may do what by the metadata. */
export const SCHEMA_RULES: readonly StackRule[] = [unfiltered, anonymousMutations];
