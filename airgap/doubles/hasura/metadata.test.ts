import { expect } from "chai";
import { ADMIN_SECRET, startTestEngine, type TestEngine, trackNotes } from "./testEngine";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };

describe("Hasura double: metadata API", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
    await trackNotes(engine);
  });
  after(() => engine?.stop());

  const source = (from: string) => ({
    name: "other",
    configuration: { connection_info: { database_url: { from_env: from } } },
  });
  const permission = { table: "notes", role: "user", permission: { filter: {} } };
  const hidden = { columns: [], filter: {}, query_root_fields: [] };
  const leftOut = (what: string): [number, string, string] => [
    501,
    "not-supported",
    `the clerk-hasura double of Hasura does not implement ${what} (see its CONTRACT.md)`,
  ];
  const refused: [string, string, unknown, number, string, string][] = [
    [
      "a second source of one name",
      "pg_add_source",
      { ...source("PG_DATABASE_URL"), name: "default" },
      400,
      "already-exists",
      'source with name "default" already exists',
    ],
    [
      "a variable that is not set",
      "pg_add_source",
      source("NOT_SET"),
      400,
      "invalid-configuration",
      "Inconsistent object: environment variable 'NOT_SET' not set",
    ],
    [
      "dropping no source",
      "pg_drop_source",
      { name: "nope" },
      400,
      "not-exists",
      'source with name "nope" does not exist',
    ],
    [
      "tracking twice",
      "pg_track_table",
      { table: { schema: "public", name: "notes" } },
      400,
      "already-tracked",
      'view/table already tracked: "notes"',
    ],
    [
      "tracking nothing",
      "pg_track_table",
      { table: { schema: "s", name: "t" } },
      400,
      "invalid-configuration",
      'Inconsistent object: no such table/view exists in source: "s.t"',
    ],
    [
      "untracking nothing",
      "pg_untrack_table",
      { table: "nope" },
      400,
      "already-untracked",
      'view/table already untracked: "nope"',
    ],
    [
      "a permission twice",
      "pg_create_delete_permission",
      permission,
      400,
      "already-exists",
      'delete permission already defined on table "notes" with role "user"',
    ],
    [
      "a permission on an untracked table",
      "pg_create_delete_permission",
      { ...permission, table: "nope" },
      400,
      "not-exists",
      'table "nope" does not exist in source: default',
    ],
    [
      "a permission with an unknown column",
      "pg_create_select_permission",
      { ...permission, role: "r", permission: { columns: ["nope"], filter: {} } },
      400,
      "invalid-configuration",
      'Inconsistent object: in table "notes": in permission for role "r": column "nope" does not exist',
    ],
    [
      "a permission for admin",
      "pg_create_delete_permission",
      { ...permission, role: "admin" },
      400,
      "already-exists",
      'delete permission already defined on table "notes" with role "admin"',
    ],
    [
      "dropping no permission",
      "pg_drop_insert_permission",
      { table: "notes", role: "r" },
      400,
      "permission-denied",
      'insert permission on "notes" for role "r" does not exist',
    ],
    [
      "a command left out",
      "pg_create_remote_relationship",
      {},
      ...leftOut('the metadata command "pg_create_remote_relationship"'),
    ],
    [
      "a list of root fields, also an empty one",
      "pg_create_select_permission",
      { ...permission, role: "r", permission: hidden },
      ...leftOut('select permission member "query_root_fields"'),
    ],
    [
      "a permission member left out",
      "pg_create_insert_permission",
      { ...permission, role: "r", permission: { check: {}, validate_input: { type: "http" } } },
      ...leftOut('insert permission member "validate_input"'),
    ],
  ];
  for (const [name, type, args, status, code, error] of refused) {
    it(`refuses ${name}`, async () => {
      const answer = await engine.metadata(type, args);
      expect(answer.status).to.equal(status);
      expect(answer.body).to.include({ code, error });
    });
  }

  it("exports what it holds, and takes it back", async () => {
    const { body } = await engine.metadata("export_metadata", {});
    expect(body).to.include({ version: 3 });
    expect(body).to.have.nested.property("sources[0].tables[0].select_permissions[0].role", "user");
    const replaced = await engine.post(
      "/v1/metadata",
      { type: "replace_metadata", version: 2, args: { metadata: body } },
      ADMIN,
    );
    expect(replaced.body).to.deep.equal({ is_consistent: true, inconsistent_objects: [] });
    expect((await engine.metadata("replace_metadata", body)).body).to.deep.equal({
      message: "success",
    });
    expect((await engine.metadata("export_metadata", {})).body).to.deep.equal(body);
  });

  it("answers 409 to a stale resource_version, and takes the right one", async () => {
    const request = { type: "export_metadata", version: 2, args: {} };
    const { body } = await engine.post("/v1/metadata", request, ADMIN);
    const change = { type: "replace_metadata", version: 2, args: { metadata: body.metadata } };
    const replace = (version: number) =>
      engine.post("/v1/metadata", { ...change, resource_version: version }, ADMIN);
    const stale = await replace(Number(body.resource_version) - 1);
    expect(stale.status).to.equal(409);
    expect(stale.body).to.include({ code: "conflict" });
    expect((await replace(Number(body.resource_version))).status).to.equal(200);
  });

  it("runs bulk as a whole or not at all", async () => {
    const drop = { type: "pg_drop_delete_permission", args: { table: "notes", role: "user" } };
    const bad = { type: "pg_untrack_table", args: { table: "nope" } };
    expect((await engine.metadata("bulk", [drop, bad])).status).to.equal(400);
    const again = await engine.metadata("bulk", [
      drop,
      { type: "pg_create_delete_permission", args: permission },
    ]);
    expect(again.body).to.deep.equal([{ message: "success" }, { message: "success" }]);
  });

  it("runs SQL: rows, commands, errors, and nothing half", async () => {
    const rows = await engine.sql("select 1 as a, null as b, true as c");
    expect(rows.body).to.deep.equal({
      result_type: "TuplesOk",
      result: [
        ["a", "b", "c"],
        ["1", "NULL", "t"],
      ],
    });
    const bad = await engine.sql("create table half (id int); select * from nope");
    expect(bad.status).to.equal(400);
    expect(bad.body).to.include({ error: "query execution failed", code: "postgres-error" });
    expect(bad.body).to.have.nested.property("internal.error.status_code", "42P01");
    const command = await engine.sql("create table half (id int)");
    expect(command.body).to.deep.equal({ result_type: "CommandOk", result: null });
  });

  it("sees new columns, and refuses to rename a tracked table by SQL", async () => {
    await engine.sql("alter table notes add column extra text default 'x'");
    const { body } = await engine.graphql("{ notes(limit: 1) { extra } }");
    expect(body).to.deep.equal({ data: { notes: [{ extra: "x" }] } });
    const renamed = await engine.sql("alter table notes rename to remarks");
    expect(renamed.status, renamed.text).to.equal(501);
    expect((await engine.graphql("{ notes(limit: 1) { id } }")).body).to.have.property("data");
  });

  it("drops a source in use, as the engine does", async () => {
    const other = { ...source("PG_DATABASE_URL"), name: "spare" };
    await engine.metadata("pg_add_source", other);
    await engine.sql("create table spare (id int)");
    await engine.metadata("pg_track_table", { source: "spare", table: "spare" });
    const dropped = await engine.metadata("pg_drop_source", { name: "spare" });
    expect(dropped.body).to.deep.equal({ message: "success" });
  });

  it("answers /v1/version and /v1alpha1/config as what it is", async () => {
    const version = { server_type: "ce", version: "v2-double" };
    expect((await engine.get("/v1/version")).body).to.deep.equal(version);
    const { body } = await engine.get("/v1alpha1/config", ADMIN);
    expect(body).to.include({
      is_admin_secret_set: true,
      is_jwt_set: false,
      is_auth_hook_set: false,
    });
    expect(body.jwt).to.deep.equal([]);
  });

  it("says of what it leaves out that it does", async () => {
    const query = { query: "{ __typename }" };
    const leftOut: [string, unknown, string][] = [
      ["/v1beta1/relay", { query: "{ notes { id } }" }, "the schema of Relay"],
      ["/v1/graphql/explain", { query }, "plans of queries"],
      ["/v1alpha1/pg_dump", {}, "pg_dump"],
    ];
    for (const [path, body, what] of leftOut) {
      const answer = await engine.post(path, body, ADMIN);
      expect(answer.text).to.contain(`double of Hasura does not implement ${what}`);
    }
  });

  it("answers a batch one by one", async () => {
    const batch = [{ query: "{ __typename }" }, { query: "{ nope }" }];
    const { text } = await engine.post("/v1/graphql", batch, ADMIN);
    const [right, wrong] = JSON.parse(text);
    expect(right).to.deep.equal({ data: { __typename: "query_root" } });
    expect(wrong).to.have.nested.property("errors[0].extensions.code", "validation-failed");
  });
});
