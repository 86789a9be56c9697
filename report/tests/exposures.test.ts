import type { Properties } from "../read/preview";
import { itTells, metadataOf, permissions, type RightsRow } from "./metadata";

const table = (more: Properties) => metadataOf(more);
const beside = (more: Properties) => metadataOf({}, more);
const NONE = metadataOf({});
const action = (more: Properties = {}, roles: string[] = []) =>
  beside({
    actions: [
      {
        name: "pay",
        definition: { handler: "https://pay.example/run", type: "mutation", ...more },
        permissions: roles.map((role) => ({ role })),
      },
    ],
  });
const remoteSchema = (more: Properties, schema?: string) =>
  beside({
    remote_schemas: [
      {
        name: "shop",
        definition: { url: "https://shop.example/graphql", ...more },
        ...(schema && { permissions: [{ role: "staff", definition: { schema } }] }),
      },
    ],
  });
const search = (more: Properties) =>
  beside({ source: { functions: [{ function: { schema: "public", name: "search" }, ...more }] } });

const EXPOSURES: RightsRow[] = [
  [
    "an action that needs no token",
    action(),
    action({}, ["anonymous"]),
    "No token needed: `anonymous` may now run the action `pay`, which may change data.",
  ],
  [
    "an action",
    NONE,
    action({ headers: [{ name: "X-Key", value: "s3cret" }] }),
    "The action `pay` is new (`handler https://pay.example/run, headers X-Key, type mutation`).",
  ],
  [
    "an action that passes on headers",
    action(),
    action({ forward_client_headers: true }),
    "Tokens leave the stack: `pay` now passes on all headers of the client, its token among them, to `https://pay.example/run`.",
  ],
  [
    "an action that no longer does",
    action({ forward_client_headers: true }),
    action(),
    "`pay` no longer passes on the headers of the client.",
  ],
  [
    "another handler",
    action(),
    action({ handler: "https://other.example/?key=s3cret" }),
    "The action `pay` changes from `handler https://pay.example/run, type mutation` to `handler https://other.example/?***, type mutation`.",
  ],
  [
    "a remote schema, open to everybody",
    NONE,
    remoteSchema({}),
    "The remote schema `shop` is new (`url https://shop.example/graphql`). Every role may use all of it, unless `HASURA_GRAPHQL_ENABLE_REMOTE_SCHEMA_PERMISSIONS` is true in `hasura.env`.",
  ],
  [
    "fields of a remote schema",
    remoteSchema({}, "type Query { items(first: Int = 1): [Item] } type Item { id: ID }"),
    remoteSchema({}, "type Query { items: [Item] } type Item { id: ID, price: Int }"),
    "`staff` may now use `Item.price` of the remote schema `shop`.",
  ],
  [
    "presets of a remote schema",
    remoteSchema({}, "type Query { items(shop: Int @preset(value: 1)): [Int] }"),
    remoteSchema({}, "type Query { items(shop: Int @preset(value: 2)): [Int] }"),
    "`staff` may now use the remote schema `shop` with other arguments or presets.",
  ],
  [
    "a remote schema that passes on headers",
    remoteSchema({}),
    remoteSchema({ forward_client_headers: true }),
    "Tokens leave the stack: `shop` now passes on all headers of the client, its token among them, to `https://shop.example/graphql`.",
  ],
  [
    "a function that may be inferred",
    NONE,
    search({}),
    "The tracked function `search` is new. It may be open to every role that may read the table that it returns, without a permission of its own.",
  ],
  [
    "a function that changes data",
    NONE,
    search({ configuration: { exposed_as: "mutation" }, permissions: [{ role: "user" }] }),
    "`user` may now call the function `search`, which may change data.",
  ],
  [
    "a relationship",
    NONE,
    table({
      object_relationships: [{ name: "org", using: { foreign_key_constraint_on: "org_id" } }],
    }),
    "The relationship `profiles.org` is new (`using (foreign_key_constraint_on org_id)`). What it yields is decided by the rights on its target.",
  ],
  [
    "an event trigger",
    NONE,
    table({
      event_triggers: [
        {
          name: "mail",
          definition: { insert: { columns: "*" } },
          webhook: "https://me:pw@mail.example/hook?token=s3cret",
          headers: [{ name: "X-Key", value: "s3cret" }],
        },
      ],
    }),
    "Rows leave the stack: The event trigger `mail` is new (`headers X-Key, insert (columns *), table profiles, webhook https://***@mail.example/hook?***`). It sends rows out of the database.",
  ],
  [
    "a cron trigger",
    NONE,
    beside({
      cron_triggers: [{ name: "tick", webhook: "{{TICK}}", schedule: "* * * * *", headers: [] }],
    }),
    "The cron trigger `tick` is new (`schedule * * * * *, webhook {{TICK}}`). It sends requests out of the stack.",
  ],
  [
    "a logical model, which opens native queries",
    NONE,
    beside({
      source: {
        logical_models: [
          {
            name: "top",
            fields: [],
            ...permissions("select", { user: { columns: ["id"], filter: {} } }),
          },
        ],
      },
    }),
    "All rows: `user` may now read `id` of `top`, of all rows.",
  ],
  [
    "an endpoint",
    NONE,
    beside({
      rest_endpoints: [
        {
          name: "ids",
          url: "ids",
          methods: ["GET"],
          definition: { query: { collection_name: "c", query_name: "q" } },
        },
      ],
    }),
    "The REST endpoint `ids` is new (`definition (query (collection_name c, query_name q)), methods GET, url ids`). It runs a stored query as the caller's own role.",
  ],
  [
    "a limit of the whole API",
    beside({ api_limits: { rate_limit: { global: { max_reqs_per_min: 60 } } } }),
    NONE,
    "The setting `api_limits` is gone.",
  ],
  [
    "an enum, which makes values public",
    NONE,
    table({ is_enum: true }),
    "The setting `profiles: is_enum` is new (`true`).",
  ],
  [
    "metadata of an unknown form",
    NONE,
    table({ row_policies: [1] }),
    "The part of the metadata `sources[0].tables[0].row_policies` is new (`sha256:6b86b273ff34`). This report does not know its form; compare it in the files.",
  ],
];

describe("what a report tells of all that is no table", () => {
  itTells(EXPOSURES);
});
