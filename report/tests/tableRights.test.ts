import type { Properties } from "../read/preview";
import {
  itTells,
  metadataOf,
  OWN,
  permissions,
  type RightsRow,
  select,
  TEAM,
  WHERE,
} from "./metadata";

const insert = (permission: Properties, role = "user") =>
  metadataOf(permissions("insert", { [role]: { columns: ["name"], check: OWN, ...permission } }));
const update = (permission: Properties) =>
  metadataOf(
    permissions("update", { user: { columns: ["name"], filter: OWN, check: OWN, ...permission } }),
  );
const remove = (permission: Properties) => metadataOf(permissions("delete", { user: permission }));
const NONE = metadataOf({});

const TABLES: RightsRow[] = [
  ["a new right", NONE, select({}), `\`user\` may now read \`id\` of \`profiles\`, of ${WHERE}.`],
  ["a lost right", select({}, "anonymous"), NONE, "`anonymous` may no longer read `profiles`."],
  [
    "a new column, of all rows",
    select({ filter: {} }),
    select({ filter: {}, columns: ["id", "email"] }),
    "All rows: `user` may now read `email` of `profiles`, of all rows.",
  ],
  [
    "a column taken away",
    select({ columns: ["id", "email"] }),
    select({}),
    "`user` may no longer read `email` of `profiles`.",
  ],
  [
    "every column",
    select({}),
    select({ columns: "*" }),
    `\`user\` may now read every column of \`profiles\` and every column that a later migration adds, of ${WHERE}.`,
  ],
  [
    "no longer every column",
    select({ columns: "*" }),
    select({ columns: ["id", "name"] }),
    "`user` may now only read `id` and `name` of `profiles`; before, every column.",
  ],
  [
    "a computed field",
    select({ columns: "*" }),
    select({ columns: "*", computed_fields: ["age"] }),
    `\`user\` may now read \`age()\` of \`profiles\`, of ${WHERE}.`,
  ],
  [
    "a row filter taken away",
    select({}),
    select({ filter: {} }),
    `All rows: \`user\` may now read all rows of \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "a row filter that lets everything pass",
    select({}),
    select({ filter: { _or: [OWN, { _and: [] }] } }),
    `All rows: \`user\` may now read all rows of \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "a new row filter",
    select({ filter: {} }),
    select({}),
    "`user` may now read only rows of `profiles` where `user_id = x-hasura-user-id`; before, all rows.",
  ],
  [
    "another row filter",
    select({}),
    select({ filter: TEAM }),
    `\`user\` may now read only rows of \`profiles\` where \`org_id = x-hasura-org-id\`; before, ${WHERE}.`,
  ],
  [
    "a filter that lets nothing pass",
    select({}),
    select({ filter: { _or: [] } }),
    `\`user\` may now read no row of \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "access without a token",
    NONE,
    select({ filter: {} }, "anonymous"),
    "No token needed: `anonymous` may now read `id` of `profiles`, of all rows.",
  ],
  [
    "another role's unfiltered right, which is no user's",
    NONE,
    select({ filter: {} }, "staff"),
    "`staff` may now read `id` of `profiles`, of all rows.",
  ],
  [
    "counts and sums",
    select({}),
    select({ allow_aggregations: true }),
    "`user` may now count and sum rows of `profiles`.",
  ],
  [
    "counts and sums taken away",
    select({ allow_aggregations: true }),
    select({ allow_aggregations: false }),
    "`user` may no longer count and sum rows of `profiles`.",
  ],
  [
    "a limit taken away",
    select({ limit: 100 }),
    select({}),
    "`user` may now read any number of rows of `profiles` in one query; before, at most 100.",
  ],
  [
    "a lower limit",
    select({ limit: 100 }),
    select({ limit: 10 }),
    "`user` may now read at most 10 rows of `profiles` in one query; before, at most 100.",
  ],
  [
    "fewer root fields",
    select({}),
    select({ query_root_fields: ["select_by_pk"], subscription_root_fields: [] }),
    "`user` may now read `profiles` through `query select_by_pk`; before, through every root field.",
  ],
  [
    "no root field",
    select({}),
    select({ query_root_fields: [], subscription_root_fields: [] }),
    "`user` may now read `profiles` through relationships alone; before, through every root field.",
  ],
  [
    "a right to insert any column",
    NONE,
    metadataOf(permissions("insert", { user: { check: {} } })),
    "`user` may now insert rows with every column into `profiles` and every column that a later migration adds, any row.",
  ],
  [
    "an insert that is no longer checked",
    insert({}),
    insert({ check: {} }),
    `\`user\` may now insert any row into \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "another preset",
    insert({ set: { user_id: "X-Hasura-User-Id" } }),
    insert({ set: { user_id: "auth0|1" } }),
    "`user` may now insert into `profiles` with the preset `user_id = a constant`; before, with the preset `user_id = x-hasura-user-id`.",
  ],
  [
    "an insert that no longer needs a backend",
    insert({ backend_only: true }),
    insert({}),
    "`user` may now insert into `profiles` without a condition; before, under the condition `backend_only`.",
  ],
  [
    "rows that may be moved out of reach",
    update({}),
    update({ check: null }),
    "`user` may now update `profiles` whatever the row is afterwards; before, only if the row then meets `user_id = x-hasura-user-id`.",
  ],
  [
    "an update of all rows",
    update({}),
    update({ filter: {} }),
    `All rows: \`user\` may now update all rows of \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "a right to delete",
    NONE,
    remove({ filter: OWN }),
    `\`user\` may now delete from \`profiles\`, ${WHERE}.`,
  ],
  [
    "a right to delete everything",
    remove({ filter: OWN }),
    remove({ filter: {} }),
    `All rows: \`user\` may now delete all rows of \`profiles\`; before, ${WHERE}.`,
  ],
  [
    "several roles at once",
    NONE,
    metadataOf(
      permissions("delete", { a: { filter: OWN }, b: { filter: OWN }, c: { filter: OWN } }),
    ),
    `\`a\`, \`b\` and \`c\` may now delete from \`profiles\`, ${WHERE}.`,
  ],
  [
    "an inherited role, which may do what its parents may",
    metadataOf(permissions("select", { staff: { columns: ["id"], filter: OWN } })),
    metadataOf(permissions("select", { staff: { columns: ["id"], filter: OWN } }), {
      inherited_roles: [{ role_name: "user", role_set: ["staff"] }],
    }),
    `\`user\` may now read \`id\` of \`profiles\`, of ${WHERE}.`,
  ],
  [
    "a table of another schema and database",
    NONE,
    metadataOf(
      {},
      {
        source: {
          name: "events",
          tables: [
            {
              table: { schema: "app", name: "log" },
              ...permissions("select", { staff: { columns: ["id"], filter: {} } }),
            },
          ],
        },
      },
    ),
    "`staff` may now read `id` of `events/app.log`, of all rows.",
    "The connection of the database `events` is new. Another user or database changes what all rights mean.",
    "The connection of the database `default` is gone.",
  ],
];

describe("what a report tells of rights on tables", () => {
  itTells(TABLES);
});
