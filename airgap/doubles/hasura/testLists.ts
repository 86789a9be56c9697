import { expect } from "chai";
import type { JsonObject } from "./json";
import type { TestEngine } from "./testEngine";

const SQL = `
  create table orgs (id text primary key, name text not null);
  create table lists (id int primary key, org_id text not null references orgs, title text not null, hidden bool not null default false);
  create table items (id int generated always as identity primary key, list_id int not null references lists on delete cascade,
    parent_id int references items, title text not null, size bigint, unique (list_id, title));
  create table notices (id int primary key, list_ref int, body text);
  insert into orgs values ('org_1', 'One'), ('org_2', 'Two');
  insert into lists values (1, 'org_1', 'b', false), (2, 'org_1', 'a', true), (3, 'org_2', 'c', false);
  insert into items (list_id, title, size) values (1, 'x', 9007199254740993), (1, 'y', 2), (1, 'z', null), (3, 'w', 4);
  update items set parent_id = 1 where title = 'y';
  insert into notices values (1, 1, 'kept'), (2, null, 'lost')`;

const ORG = { _eq: "X-Hasura-Org-Id" };
const VISIBLE: JsonObject = { _and: [{ org_id: ORG }, { hidden: { _eq: false } }] };

const TABLES: JsonObject[] = [
  { table: "orgs", array_relationships: [by("lists", { table: "lists", column: "org_id" })] },
  {
    table: "lists",
    object_relationships: [by("org", "org_id")],
    array_relationships: [
      by("items", { table: { schema: "public", name: "items" }, columns: ["list_id"] }),
    ],
    select_permissions: [
      { role: "user", permission: { columns: ["id", "title"], filter: VISIBLE } },
      { role: "closed", permission: { columns: ["id"], filter: {} } },
    ],
    update_permissions: [
      { role: "user", permission: { columns: ["title"], filter: VISIBLE, check: {} } },
    ],
  },
  {
    table: "items",
    object_relationships: [by("list", ["list_id"]), by("parent", "parent_id")],
    array_relationships: [by("parts", { table: "items", column: "parent_id" })],
    select_permissions: [
      {
        role: "user",
        comment: "of the organization",
        permission: {
          columns: ["id", "title", "size"],
          filter: { list: { org_id: ORG } },
          allow_aggregations: true,
        },
      },
      { role: "closed", permission: { columns: ["id"], filter: {} } },
    ],
    insert_permissions: [
      {
        role: "user",
        permission: { columns: ["list_id", "title"], check: { list: { org_id: ORG } } },
      },
    ],
    update_permissions: [
      {
        role: "user",
        permission: {
          columns: ["title", "list_id"],
          filter: { list: { org_id: ORG } },
          check: { title: { _neq: "refused" } },
        },
      },
    ],
    delete_permissions: [{ role: "user", permission: { filter: { list: { org_id: ORG } } } }],
  },
  {
    table: "notices",
    configuration: { comment: "what was said" },
    object_relationships: [
      {
        name: "list",
        comment: "by hand",
        using: {
          manual_configuration: { remote_table: "lists", column_mapping: { list_ref: "id" } },
        },
      },
    ],
    select_permissions: [
      {
        role: "user",
        permission: {
          columns: ["id", "body"],
          filter: {
            _exists: {
              _table: { schema: "public", name: "lists" },
              _where: { items: { title: { _eq: "x" } }, org_id: ORG },
            },
          },
        },
      },
    ],
  },
];

function by(name: string, key: string | string[] | JsonObject): JsonObject {
  return { name, using: { foreign_key_constraint_on: key } };
}

/** Metadata of lists that organizations share, with a role `user` by X-Hasura-Org-Id. */
export function listsMetadata(tables: JsonObject[] = TABLES): JsonObject {
  const configuration = { connection_info: { database_url: { from_env: "PG_DATABASE_URL" } } };
  return { version: 3, sources: [{ name: "default", kind: "postgres", configuration, tables }] };
}

/** The tables with their rows, and the metadata. */
export async function trackLists({ sql, metadata }: TestEngine): Promise<void> {
  const empty = await metadata("replace_metadata", listsMetadata([]));
  expect(empty.status, empty.text).to.equal(200);
  const made = await sql(SQL);
  expect(made.status, made.text).to.equal(200);
  const tracked = await metadata("replace_metadata", listsMetadata());
  expect(tracked.status, tracked.text).to.equal(200);
}
