import { expect } from "chai";
import { Client } from "pg";
import { eventually } from "../../../tests/support/waiting";
import { startTestPostgres } from "../testPostgres";
import { StartupError } from "./engineError";
import {
  ADMIN_SECRET,
  engineOn,
  hs256Secret,
  startTestEngine,
  type TestEngine,
  trackNotes,
} from "./testEngine";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };

describe("Hasura double: metadata over time", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
    await trackNotes(engine);
    await engine.sql("create table half (id int)");
  });
  after(() => engine?.stop());

  it("keeps metadata over a restart, shows it to a second engine, and honours ENABLED_APIS", async () => {
    const second = await engineOn(engine.postgres, {
      HASURA_GRAPHQL_ENABLED_APIS: "graphql",
      HASURA_GRAPHQL_SCHEMA_SYNC_POLL_INTERVAL: "100",
      HASURA_GRAPHQL_JWT_SECRET: hs256Secret({ claims_namespace_path: "$.a" }),
    });
    try {
      const query = '{ notes(where: {body: {_eq: "one"}}) { body } }';
      expect((await second.graphql(query)).body).to.deep.equal({
        data: { notes: [{ body: "one" }] },
      });
      expect((await second.post("/v1/metadata", {}, ADMIN)).status).to.equal(404);
      expect((await second.get("/v1alpha1/config", ADMIN)).status).to.equal(404);
      expect((await second.get("/v1/version")).status).to.equal(200);
      await engine.metadata("pg_track_table", { table: "half" });
      await eventually("the second engine knows the table", async () => {
        const { body } = await second.graphql("{ half { id } }");
        expect(body).to.deep.equal({ data: { half: [] } });
      });
    } finally {
      await second.engine.stop();
    }
  });

  it("tells of inconsistent metadata in health and metadata API, until it is mended", async () => {
    const { body: metadata } = await engine.metadata("export_metadata", {});
    const broken = JSON.parse(JSON.stringify(metadata).replaceAll('"half"', '"gone"'));
    const replace = (args: object) =>
      engine.post("/v1/metadata", { type: "replace_metadata", version: 2, args }, ADMIN);
    const refusal = await replace({ metadata: broken });
    expect(refusal.status).to.equal(400);
    expect(refusal.body.internal).to.be.an("array").with.lengthOf(1);
    const allowed = await replace({ metadata: broken, allow_inconsistent_metadata: true });
    expect(allowed.body).to.include({ is_consistent: false });
    expect((await engine.get("/healthz")).text).to.equal("WARN: inconsistent objects in schema");
    const strict = await engine.get("/healthz?strict=true");
    expect([strict.status, strict.text]).to.deep.equal([
      500,
      "ERROR: inconsistent objects in schema",
    ]);
    const found = await engine.metadata("get_inconsistent_metadata", {});
    expect(found.body).to.have.nested.property("inconsistent_objects[0].type", "table");
    await engine.sql("create table gone (id int)");
    const reloaded = await engine.metadata("reload_metadata", {});
    expect(reloaded.body).to.deep.equal({ message: "success", is_consistent: true });
    expect((await engine.get("/healthz?strict=true")).text).to.equal("OK");
  });

  it("forgets everything on clear_metadata, but a source named default", async () => {
    await engine.metadata("clear_metadata", {});
    const { body } = await engine.metadata("export_metadata", {});
    const connection = { database_url: { from_env: "PG_DATABASE_URL" } };
    const kept = { name: "default", kind: "postgres", tables: [] };
    const sources = [{ ...kept, configuration: { connection_info: connection } }];
    expect(body).to.deep.equal({ version: 3, sources });
  });
});

describe("Hasura double: metadata database", () => {
  it("needs pgcrypto, which a role without rights cannot create", async () => {
    const postgres = await startTestPostgres();
    const role = `chtest_${postgres.database}`.slice(0, 60);
    const admin = new Client({ connectionString: postgres.url });
    await admin.connect();
    try {
      await admin.query(`create role ${role} login password 'p'`);
      await admin.query(`create schema hdb_catalog authorization ${role}`);
      const url = new URL(postgres.url);
      url.username = role;
      url.password = "p";
      const limited = { ...postgres, url: url.toString() };
      const error = await engineOn(limited).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(StartupError);
      expect(String(error)).to.contain("pgcrypto extension is required, but the current user");
      await admin.query("create extension pgcrypto");
      const engine = await engineOn(limited);
      expect((await engine.get("/healthz")).text).to.equal("OK");
      await engine.engine.stop();
    } finally {
      await admin.query(`drop owned by ${role} cascade`);
      await admin.query(`drop role ${role}`);
      await admin.end();
      await postgres.stop();
    }
  });
});
