import { expect } from "chai";
import { delay, eventually } from "../../../tests/support/waiting";
import { CONNECTION, TestCli, up } from "./testCli";

const GREETING = [
  "GET /v1/version",
  "GET /v1/version",
  "GET /v1alpha1/config",
  "POST /v1/query export_metadata",
  "POST /v1/metadata get_catalog_state",
];
const [EXPORT, GET, SET] = ["export_metadata", "get_catalog_state", "set_catalog_state"].map(
  (type) => `POST /v1/metadata ${type}`,
) as [string, string, string];
const SQL = "POST /v2/query run_sql";

describe("hasura-cli: migrate", () => {
  let cli: TestCli;
  before(async () => {
    cli = await TestCli.start();
  });
  beforeEach(() => cli.reset());
  after(() => cli?.stop());

  const tables = () =>
    cli.sql(
      "select string_agg(tablename, ' ' order by tablename) from pg_tables where schemaname = 'public'",
    );
  const has = async (names: string) =>
    expect(await tables()).to.deep.equal([["string_agg"], [names || "NULL"]]);
  const both = async () => {
    const args = { name: "other", configuration: CONNECTION, kind: "postgres" };
    await cli.ask("/v1/metadata", { type: "pg_add_source", args });
  };

  it("greets, opens the state, and applies one run_sql for each file, recorded before the next", async () => {
    const project = cli.project({
      ...up(1, "create table a (id int)"),
      ...up(2, "create table b (id int)"),
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    const opening = [EXPORT, GET, SET, GET, GET, SQL, SET, GET];
    expect(run.requests).to.deep.equal([...GREETING, ...opening, SQL, GET, SET, SQL, GET, SET]);
    const args = {
      sql: "create table a (id int)",
      source: "default",
      check_metadata_consistency: false,
    };
    expect(run.bodies).to.deep.include({ type: "run_sql", args });
    expect(run).to.include({ code: 0, stdout: "" });
    expect(run.said.at(-1)).to.equal("migrations applied on database: default");
    await has("a b");
    expect(await cli.state()).to.deep.equal({
      migrations: { default: { 1: false, 2: false } },
      settings: { migration_mode: "true" },
      isStateCopyCompleted: true,
    });
  });

  it("writes the state even where there is nothing to apply", async () => {
    const project = cli.project(up(1, "create table a (id int)"));
    await cli.run(project, "migrate apply --all-databases");
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.requests).to.deep.equal([...GREETING, EXPORT, GET, SET, GET, GET, GET]);
    expect(run.code).to.equal(0);
    expect(run.said.at(-1)).to.equal("nothing to apply on database: default");
  });

  it("asks for the kind of one database, and says so where the engine does not have it", async () => {
    const project = cli.project(up(1, "create table a (id int)"));
    const run = await cli.run(project, "migrate apply --database-name default");
    expect(run.requests.slice(5, 7)).to.deep.equal([EXPORT, GET]);
    expect(run.said.at(-1)).to.equal("migrations applied");
    const unknown = await cli.run(project, "migrate apply --database-name nope");
    expect(unknown.code).to.equal(1);
    expect(unknown.fatal).to.match(/database not found.*check if database exists on hasura/s);
  });

  for (const command of ["migrate apply", "migrate status", "seed apply"]) {
    it(`wants to know the database: ${command}`, async () => {
      const run = await cli.run(cli.project({}), command);
      expect(run).to.deep.include({ code: 1, requests: GREETING });
      expect(run.fatal).to.contain("--database-name flag is required");
    });
  }

  it("ends with 0 where the engine has no database at all", async () => {
    const metadata = { version: 3, sources: [] };
    await cli.ask("/v1/metadata", { type: "replace_metadata", args: metadata });
    const run = await cli.run(cli.project(up(1, "select 1")), "migrate apply --all-databases");
    expect(run).to.deep.include({ code: 0, requests: [...GREETING, EXPORT] });
  });

  it("rolls a failing file back whole, keeps those before, and stops", async () => {
    const failing = "create table b (id int); select * from nope";
    const third = up(3, "create table c (id int)");
    const project = cli.project({
      ...up(1, "create table a (id int)"),
      ...up(2, failing),
      ...third,
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.code).to.equal(1);
    const said = run.said.at(-1) ?? "";
    expect(said).to.contain("skipping applying migrations on database 'default', encountered:");
    expect(said).to.contain("query execution failed").and.contain("postgres-error");
    expect(said).to.contain('relation \\"nope\\" does not exist').and.contain("42P01");
    expect(said, "the text holds the SQL").to.contain("create table b");
    const fatal = "operation failed: applying migrations failed on database(s): default";
    expect(run.fatal).to.contain(fatal);
    await has("a");
    expect(await cli.state()).to.have.deep.nested.property("migrations.default", { 1: false });
  });

  it("migrates the other databases where one fails", async () => {
    await both();
    const project = cli.project({
      ...up(1, "nonsense"),
      ...up(1, "create table o (id int)", "other"),
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.code).to.equal(1);
    await has("o");
    expect(await cli.state()).to.have.deep.property("migrations", { other: { 1: false } });
  });

  it("keeps what a file commits itself, and notices neither an edited nor a removed one", async () => {
    const project = cli.project(up(1, "create table a (id int); commit; select * from nope"));
    expect(await cli.run(project, "migrate apply --all-databases")).to.include({ code: 1 });
    await has("a");
    await cli.reset();
    const first = cli.project(up(1, "create table a (id int)"));
    await cli.run(first, "migrate apply --all-databases");
    for (const changed of [up(1, "edited"), { "migrations/default/.keep": "" }]) {
      const run = await cli.run(cli.project(changed), "migrate apply --all-databases");
      expect(run.code).to.equal(0);
    }
  });

  it("needs --no-transaction for what runs in none", async () => {
    const first = up(1, "create table a (id int)");
    const project = cli.project({ ...first, ...up(2, "create index concurrently i on a (id)") });
    const refused = await cli.run(project, "migrate apply --all-databases");
    expect(refused.said.at(-1)).to.contain("25001");
    const run = await cli.run(project, "migrate apply --all-databases --no-transaction");
    expect(run.code, run.said.join("\n")).to.equal(0);
    expect(run.bodies).to.deep.include({
      type: "run_sql",
      args: {
        sql: "create index concurrently i on a (id)",
        source: "default",
        check_metadata_consistency: false,
        no_transaction: true,
      },
    });
  });

  it("takes steps and single versions, and records without running", async () => {
    const sql = (name: string) => `create table ${name} (id int)`;
    const project = cli.project({ ...up(1, sql("a")), ...up(2, sql("b")), ...up(3, sql("c")) });
    await cli.run(project, "migrate apply --all-databases --up 1");
    await has("a");
    const skip = "--version 2 --type up --skip-execution";
    const skipped = await cli.run(project, `migrate apply --database-name default ${skip}`);
    expect(skipped.requests).to.deep.equal([
      ...GREETING,
      EXPORT,
      GET,
      SET,
      GET,
      GET,
      GET,
      GET,
      SET,
    ]);
    await cli.run(project, "migrate apply --database-name default --version 3");
    await has("a c");
    const applied = { 1: false, 2: false, 3: false };
    expect(await cli.state()).to.have.deep.nested.property("migrations.default", applied);
    const again = await cli.run(project, "migrate apply --database-name default --version 3");
    expect(again.code).to.equal(1);
    expect(await cli.run(project, "migrate apply --all-databases --version 3")).to.include({
      code: 1,
    });
  });

  it("prints the status on standard output, and writes the state meanwhile", async () => {
    const first = { ...up(1, "select 1"), ...up(2, "select 2") };
    await cli.run(cli.project(first), "migrate apply --all-databases --up 1");
    const project = cli.project(up(2, "select 2"));
    const run = await cli.run(project, "migrate status --database-name default");
    expect(run.code).to.equal(0);
    expect(run.stdout).to.match(/VERSION +NAME +SOURCE STATUS +DATABASE STATUS\n/);
    expect(run.stdout).to.match(/^1 +- +Not Present +Present$/m);
    expect(run.stdout).to.match(/^2 +m2 +Present +Not Present$/m);
    expect(run.requests).to.include(SET);
  });

  it("loses versions where two run at once", async () => {
    const tables = (...versions: number[]) =>
      Object.assign({}, ...versions.map((at) => up(at, `create table t${at} (id int)`)));
    const run = (...versions: number[]) =>
      cli.run(cli.project(tables(...versions)), "migrate apply --all-databases", {
        before: async (request) => {
          if (request === SET) await delay(100);
        },
      });
    const codes = (await Promise.all([run(1, 2, 3), run(5, 6, 7)])).map(({ code }) => code);
    expect(codes).to.deep.equal([0, 0]);
    await has("t1 t2 t3 t5 t6 t7");
    const recorded = JSON.stringify(await cli.state()).match(/"\d":false/g);
    expect(recorded).to.have.length.below(6);
  });

  it("ends by SIGTERM during a migration, which the engine finishes and nobody records", async () => {
    const project = cli.project(up(1, "select pg_sleep(2); create table slow (id int)"));
    await cli.run(project, "migrate status --database-name default");
    const run = await cli.run(project, "migrate apply --all-databases", {
      before: (request, end) => {
        if (request === SQL) setTimeout(end, 300);
      },
    });
    expect(run.code).to.equal(143);
    await eventually("the engine commits", () => has("slow"));
    expect(await cli.state()).not.to.have.property("migrations");
    const again = await cli.run(project, "migrate apply --all-databases");
    expect(again.said.at(-1)).to.contain("already exists");
  });
});
