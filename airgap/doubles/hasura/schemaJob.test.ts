import { expect } from "chai";
import { ADMIN_SECRET, startTestEngine, type TestEngine, trackNotes } from "./testEngine";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };

describe("Hasura double: what a schema is applied with", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
  });
  beforeEach(async () => {
    await engine.sql("drop schema public cascade; create schema public");
    await engine.metadata("replace_metadata", { version: 3, sources: [] });
    await trackNotes(engine);
  });
  after(() => engine?.stop());

  const run = (args: object) => engine.post("/v2/query", { type: "run_sql", args }, ADMIN);
  const exported = async () => (await engine.metadata("export_metadata", {})).body;
  const set = (type: string, state: unknown) =>
    engine.metadata("set_catalog_state", { type, state });

  it("keeps catalog states whole and unchecked, one for each client, and over clear_metadata", async () => {
    const { body: fresh } = await engine.metadata("get_catalog_state", {});
    expect(fresh).to.deep.include({ cli_state: {}, console_state: {} });
    expect(fresh.id).to.match(/^[0-9a-f-]{36}$/);
    expect((await set("cli", [1])).body).to.deep.equal({ message: "success" });
    await set("console", { a: 1 });
    await engine.metadata("clear_metadata", {});
    const { body } = await engine.metadata("get_catalog_state", {});
    expect(body).to.deep.equal({ id: fresh.id, cli_state: [1], console_state: { a: 1 } });
    expect((await set("other", {})).body).to.include({ code: "parse-failed" });
  });

  it("looks at its tables again as asked: not with check_metadata_consistency false", async () => {
    const unchecked = { check_metadata_consistency: false };
    await run({ sql: "alter table notes rename to remarks", ...unchecked });
    expect(await exported()).to.have.nested.property("sources[0].tables[0].table.name", "notes");
    expect((await engine.get("/healthz")).text).to.equal("OK");
    await engine.metadata("reload_metadata", {});
    expect((await engine.get("/healthz")).text).to.equal("WARN: inconsistent objects in schema");
    await run({ sql: "alter table remarks rename to notes", check_metadata_consistency: true });
    expect((await engine.get("/healthz")).text).to.equal("OK");
  });

  it("runs without a transaction, read only, and on the source that is named", async () => {
    const sql = "create index concurrently by_rank on notes (rank)";
    const refused = await run({ sql });
    expect(refused.body).to.have.nested.property("internal.error.status_code", "25001");
    expect((await run({ sql, no_transaction: true })).status).to.equal(200);
    const readOnly = await run({ sql: "create table t (id int)", read_only: true });
    expect(readOnly.body).to.have.nested.property("internal.error.status_code", "25006");
    const elsewhere = await run({ sql: "select 1", source: "nope" });
    const error = 'source with name "nope" does not exist';
    expect(elsewhere.body).to.include({ code: "not-exists", error });
    expect((await run({ sql: "select 1", cascade: true })).status).to.equal(501);
  });

  it("runs a bulk of SQL one by one, and keeps what ran before a failing one", async () => {
    const item = (sql: string) => ({ type: "run_sql", args: { sql } });
    const bulk = (...sql: string[]) =>
      engine.post("/v2/query", { type: "bulk", args: sql.map(item) }, ADMIN);
    const rows = { result_type: "TuplesOk", result: [["a"], ["1"]] };
    expect(JSON.parse((await bulk("select 1 as a", "select 1 as a")).text)).to.deep.equal([
      rows,
      rows,
    ]);
    const failing = await bulk("create table kept (id int)", "nonsense");
    expect(failing.body).to.include({ code: "postgres-error" });
    expect((await engine.sql("select * from kept")).status).to.equal(200);
  });

  it("finishes SQL whose client went away", async () => {
    const sql = "select pg_sleep(0.5); create table late (id int)";
    const controller = new AbortController();
    const { port } = engine.engine;
    const sent = fetch(`http://127.0.0.1:${port}/v2/query`, {
      method: "POST",
      headers: ADMIN,
      body: JSON.stringify({ type: "run_sql", args: { sql } }),
      signal: controller.signal,
    }).catch((error: Error) => error.name);
    setTimeout(() => controller.abort(), 200);
    expect(await sent).to.equal("AbortError");
    await engine.sql("select pg_sleep(1)");
    expect((await engine.sql("select * from late")).status).to.equal(200);
  });

  it("connects a source anew with another configuration and names, and keeps its tables", async () => {
    const { body: before } = await engine.metadata("export_metadata", {});
    const info = { database_url: engine.postgres.url, pool_settings: { max_connections: 3 } };
    const customization = {
      root_fields: { prefix: "my_", suffix: "_now" },
      type_names: { prefix: "My" },
    };
    const args = { name: "default", configuration: { connection_info: info }, customization };
    expect((await engine.metadata("pg_add_source", args)).body).to.include({
      code: "already-exists",
    });
    const replaced = { ...args, replace_configuration: true };
    expect((await engine.metadata("pg_add_source", replaced)).status).to.equal(200);
    const after = await exported();
    expect(after).to.have.deep.nested.property("sources[0].customization", customization);
    expect(after).to.have.deep.nested.property("sources[0].configuration.connection_info", info);
    const { tables } = (before.sources as { tables: unknown }[])[0] ?? {};
    expect(after).to.have.deep.nested.property("sources[0].tables", tables);
    const { body } = await engine.graphql("{ my_notes_now(limit: 1) { __typename } }");
    expect(body).to.deep.equal({ data: { my_notes_now: [{ __typename: "Mynotes" }] } });
    const namespace = { ...replaced, customization: { root_fields: { namespace: "n" } } };
    expect((await engine.metadata("pg_add_source", namespace)).status).to.equal(501);
  });

  it("exports sources and tables by name and permissions by role, however they came", async () => {
    await engine.sql("create table archive (id int)");
    await engine.metadata("pg_track_table", { table: "archive" });
    const permission = { table: "notes", role: "admin_of_notes", permission: { filter: {} } };
    await engine.metadata("pg_create_delete_permission", permission);
    const database_url = { from_env: "PG_DATABASE_URL" };
    const configuration = { connection_info: { database_url } };
    await engine.metadata("pg_add_source", { name: "another", configuration });
    const { sources } = (await exported()) as { sources: { name: string; tables: unknown[] }[] };
    expect(sources.map(({ name }) => name)).to.deep.equal(["another", "default"]);
    const names = sources[1]?.tables.map((it) => (it as { table: { name: string } }).table.name);
    expect(names).to.deep.equal(["archive", "notes"]);
    const roles = "tables[1].delete_permissions[0].role";
    expect(sources[1]).to.have.nested.property(roles, "admin_of_notes");
  });

  it("drops what is inconsistent, and nothing else", async () => {
    const before = await exported();
    const broken = JSON.parse(JSON.stringify(before));
    broken.sources[0].tables.push({ table: { schema: "public", name: "gone" } });
    const permission = { columns: ["nope"], filter: {} };
    broken.sources[0].tables[0].select_permissions.push({ role: "r", permission });
    broken.sources[0].tables[0].object_relationships = [
      { name: "author", using: { foreign_key_constraint_on: "nope" } },
    ];
    const args = { metadata: broken, allow_inconsistent_metadata: true };
    const replace = { type: "replace_metadata", version: 2, args };
    const { body } = await engine.post("/v1/metadata", replace, ADMIN);
    expect(body.inconsistent_objects).to.have.lengthOf(3);
    const dropped = await engine.metadata("drop_inconsistent_metadata", {});
    expect(dropped.body).to.deep.equal({ message: "success" });
    expect(await exported()).to.deep.equal(before);
    expect((await engine.get("/healthz?strict=true")).text).to.equal("OK");
  });

  it("takes the empty sections that every project has, and refuses a document without sources", async () => {
    const empty = { network: {}, api_limits: {}, allowlist: [], opentelemetry: {} };
    const introspection = { graphql_schema_introspection: { disabled_for_roles: [] } };
    const before = await exported();
    const whole = { ...before, ...empty, ...introspection };
    expect((await engine.metadata("replace_metadata", whole)).status).to.equal(200);
    expect(await exported()).to.deep.equal(before);
    for (const [metadata, key] of [
      [{ version: 3 }, "sources"],
      [{ version: null, sources: [] }, "tables"],
      [{ version: 2, sources: [] }, "tables"],
    ] as const) {
      const answer = await engine.metadata("replace_metadata", { metadata });
      const path = "$.args.metadata";
      expect(answer.body).to.include({
        error: `key "${key}" not found`,
        code: "parse-failed",
        path,
      });
    }
  });
});
