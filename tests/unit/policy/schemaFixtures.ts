import { ResourceType } from "../../../infra/docker/resourceTypes";
import { Operation, type Right } from "../../../infra/schema/right";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import {
  DEVELOPMENT,
  engine,
  type FixtureTable,
  fails,
  passes,
  resourceOf,
  STAGING,
} from "./fixture";

const { CloudEnvironment, HasuraSchema, Probe } = ResourceType;
const VARIABLE = "HASURA_GRAPHQL_UNAUTHORIZED_ROLE";

const schema = (...rights: Right[]) => resourceOf(HasuraSchema, { rights });
const right = (role: string, operation: Operation, more: Partial<Right> = {}): Right => ({
  role,
  operation,
  object: "todos",
  ...more,
});
const { Select, Insert, Update, Delete, Run, Call } = Operation;
const OWN = { rows: "user_id = x-hasura-user-id" };

const probe = (defaultRole: string, ...allowedRoles: string[]) =>
  resourceOf(Probe, { tokenShape: JSON.stringify({ defaultRole, allowedRoles }) });
const guests = engine([`${VARIABLE}=guest`]);

export const SCHEMA_FIXTURES: FixtureTable = {
  "schema-unfiltered-rights": [
    passes("a filter", schema(right("user", Select, OWN), right("user", Update, OWN))),
    passes("rows that are inserted", schema(right("user", Insert))),
    passes("a role of nobody's", [schema(right("worker", Select)), probe("user", "user")]),
    passes("rights that are not known yet", resourceOf(HasuraSchema, { rights: UNKNOWN })),
    passes("no schema", engine([])),
    fails(
      "none",
      schema(right("user", Select), right("user", Update), right("user", Delete)),
      ["user may read todos without", "user may update todos", "user may delete from todos"],
      { settings: DEVELOPMENT },
    ),
    fails(
      "none for another role of users",
      [schema(right("user", Select), right("staff", Select)), probe("member", "member", "staff")],
      "staff may read todos",
    ),
    fails(
      "none, where the roles are not known yet",
      [schema(right("user", Select)), resourceOf(Probe, { tokenShape: UNKNOWN })],
      "user may read todos",
    ),
  ],
  "schema-anonymous-mutations": [
    passes("reading", [schema(right("guest", Select)), guests]),
    passes("an action that changes nothing", [schema(right("guest", Run)), guests]),
    passes("a role of users", [schema(right("user", Insert)), guests]),
    passes("an engine that needs a token", [schema(right("anonymous", Insert)), engine([])]),
    passes("in staging", [schema(right("guest", Insert)), guests], STAGING),
    fails(
      "rows",
      [schema(right("guest", Insert, OWN), right("guest", Update), right("guest", Delete)), guests],
      ["guest, which needs no token, may insert into todos", "update todos", "delete from todos"],
    ),
    fails(
      "actions and functions",
      [
        schema(right("guest", Run, { mutates: true }), right("guest", Call, { mutates: true })),
        guests,
      ],
      ["run the action todos", "call the function todos"],
    ),
    fails(
      "in Cloud",
      [
        schema(right("guest", Insert)),
        resourceOf(CloudEnvironment, { env: { [VARIABLE]: "guest" } }),
      ],
      "insert into todos",
    ),
    fails(
      "without an engine to tell the role",
      schema(right("anonymous", Insert)),
      "needs no token",
    ),
  ],
};
