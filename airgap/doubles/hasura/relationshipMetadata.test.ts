import { expect } from "chai";
import type { JsonObject } from "./json";
import { ADMIN_SECRET, startTestEngine, type TestEngine } from "./testEngine";
import { listsMetadata, trackLists } from "./testLists";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };

describe("Hasura double: relationships in the metadata", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
    await trackLists(engine);
  });
  after(() => engine?.stop());

  const key = (on: unknown) => ({ foreign_key_constraint_on: on });
  const create = (kind: string, table: string, name: string, using: unknown) =>
    engine.metadata(`pg_create_${kind}_relationship`, { table, name, using });

  it("come back from an export as they were given, names of tables in full", async () => {
    const { body } = await engine.metadata("export_metadata", {});
    const names = ["items", "lists", "notices", "orgs"];
    const at = (name: string, path: string) =>
      expect(body).to.have.nested.property(`sources[0].tables[${names.indexOf(name)}].${path}`);
    at("orgs", "array_relationships[0]").that.deep.equals({
      name: "lists",
      using: key({ column: "org_id", table: { name: "lists", schema: "public" } }),
    });
    at("items", "object_relationships[0].using").that.deep.equals(key(["list_id"]));
    at("items", "select_permissions[1].comment").that.equals("of the organization");
    at("notices", "configuration.comment").that.equals("what was said");
    at("notices", "object_relationships[0]").that.deep.equals({
      name: "list",
      comment: "by hand",
      using: {
        manual_configuration: {
          column_mapping: { list_ref: "id" },
          insertion_order: null,
          remote_table: { name: "lists", schema: "public" },
        },
      },
    });
    expect((await engine.metadata("replace_metadata", body)).status).to.equal(200);
  });

  it("are made and dropped one by one", async () => {
    await engine.sql("create table tags (id int primary key, item_id int unique references items)");
    await engine.metadata("pg_track_table", { table: "tags" });
    const made = [
      await create("object", "tags", "item", key("item_id")),
      await create("object", "items", "tag", key({ table: "tags", column: "item_id" })),
    ];
    expect(made.map(({ body }) => body)).to.deep.equal([
      { message: "success" },
      { message: "success" },
    ]);
    const query = "{ items(limit: 1) { tag { item { id } } } }";
    expect((await engine.graphql(query)).body).to.deep.equal({ data: { items: [{ tag: null }] } });
    const args = { table: "items", relationship: "tag" };
    expect((await engine.metadata("pg_drop_relationship", args)).status).to.equal(200);
    expect((await engine.graphql(query)).text).to.include("field 'tag' not found in type: 'items'");
  });

  const manual = (table: string, mapping: JsonObject) => ({
    manual_configuration: { remote_table: table, column_mapping: mapping },
  });
  const place = (name: string) =>
    `Inconsistent object: in table "lists": in relationship "${name}"`;
  const refused: [
    what: string,
    kind: string,
    name: string,
    using: unknown,
    code: string,
    error: string,
  ][] = [
    [
      "a column without a foreign key",
      "object",
      "owner",
      key("title"),
      "invalid-configuration",
      `${place("owner")}: no foreign constraint exists on the given column(s)`,
    ],
    [
      "two foreign keys on a column",
      "object",
      "owner",
      key("org_id"),
      "invalid-configuration",
      `${place("owner")}: more than one foreign key constraint exists on the given column(s)`,
    ],
    [
      "a table that is not tracked",
      "array",
      "others",
      manual("untracked", { id: "id" }),
      "invalid-configuration",
      'Inconsistent object: table "untracked" is not tracked',
    ],
    [
      "a column that is not there",
      "array",
      "others",
      manual("notices", { id: "nope" }),
      "invalid-configuration",
      'Inconsistent object: table "notices" has no column "nope"',
    ],
    [
      "the name of a column",
      "array",
      "title",
      manual("notices", { id: "list_ref" }),
      "invalid-configuration",
      "Inconsistent object: field definition conflicts with postgres column",
    ],
    [
      "a name that is taken",
      "object",
      "items",
      key("org_id"),
      "already-exists",
      'field with name "items" already exists in table "lists"',
    ],
    [
      "a relationship without a column",
      "array",
      "others",
      key({ table: "items" }),
      "parse-failed",
      'key "column" not found',
    ],
    [
      "a way that the double leaves out",
      "array",
      "others",
      { native_query: {}, remote: 1 },
      "not-supported",
      'the clerk-hasura double of Hasura does not implement relationship using "remote" (see its CONTRACT.md)',
    ],
  ];
  for (const [what, kind, name, using, code, error] of refused) {
    it(`cannot be made with ${what}`, async () => {
      const twice = error.includes("more than one foreign key");
      const add = "alter table lists add constraint twice foreign key (org_id) references orgs";
      if (twice) await engine.sql(add);
      const { body } = await create(kind, "lists", name, using);
      if (twice) await engine.sql("alter table lists drop constraint twice");
      expect(body).to.include({ code, error });
    });
  }

  it("cannot be dropped where there is none, or where a permission needs it", async () => {
    const drop = (relationship: string) =>
      engine.metadata("pg_drop_relationship", { table: "items", relationship });
    expect((await drop("nope")).body).to.include({ code: "not-exists" });
    expect((await drop("list")).body).to.include({ code: "invalid-configuration" });
  });

  it("take along what needs them when they are inconsistent, and nothing else", async () => {
    const metadata = JSON.stringify(listsMetadata()).replace('_on":["list_id"]', '_on":["title"]');
    const args = { allow_inconsistent_metadata: true, metadata: JSON.parse(metadata) };
    const request = { type: "replace_metadata", version: 2, args };
    const answer = await engine.post("/v1/metadata", request, ADMIN);
    const found = answer.body.inconsistent_objects as JsonObject[];
    const permission =
      'Inconsistent object: in table "items": in permission for role "user": column "list" does not exist';
    expect(found.map(({ name, reason }) => [name, reason])).to.deep.equal([
      [
        "object_relation list in table items in source default",
        'Inconsistent object: in table "items": in relationship "list": no foreign constraint exists on the given column(s)',
      ],
      ["insert_permission user in table items in source default", permission],
      ["select_permission user in table items in source default", permission],
      ["update_permission user in table items in source default", permission],
      ["delete_permission user in table items in source default", permission],
    ]);
    expect(found[0]).to.deep.include({
      type: "object_relation",
      definition: {
        source: "default",
        table: { schema: "public", name: "items" },
        name: "list",
        using: key(["title"]),
      },
    });
    const { body } = await engine.graphql(
      "{ items(order_by: {id: asc}, limit: 1) { title parent { id } } }",
    );
    expect(body).to.deep.equal({ data: { items: [{ title: "x", parent: null }] } });
  });
});
