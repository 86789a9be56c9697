import { expect } from "chai";
import { CONNECTION, TestCli, up } from "./testCli";

describe("hasura-cli: folders of migrations", () => {
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

  it("fails where a connected database has no folder, and ignores a folder of none", async () => {
    const source = { name: "other", configuration: CONNECTION };
    await cli.ask("/v1/metadata", { type: "pg_add_source", args: source });
    const project = cli.project({
      ...up(1, "create table a (id int)"),
      ...up(1, "nonsense", "third"),
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.code).to.equal(1);
    expect(run.said.join("\n")).to.contain(
      "expected to find a migrations directory for database 'other'",
    );
    await has("a");
  });

  it("applies an older version that comes later", async () => {
    await cli.run(
      cli.project(up(5, "create table five (id int)")),
      "migrate apply --all-databases",
    );
    const project = cli.project({ ...up(5, "edited"), ...up(3, "create table three (id int)") });
    await cli.run(project, "migrate apply --all-databases");
    await has("five three");
  });

  it("passes over in silence what is empty, misnamed or loose", async () => {
    const project = cli.project({
      ...up(1, ""),
      ...up("nodigits", "create table b (id int)"),
      "migrations/default/README": "loose",
      ...up(2, "create table a (id int)"),
    });
    expect(await cli.run(project, "migrate apply --all-databases")).to.include({ code: 0 });
    await has("a");
    expect(await cli.state()).to.have.deep.nested.property("migrations.default", { 2: false });
  });

  it("reads versions as numbers, in order and in the state", async () => {
    const project = cli.project({
      ...up("10", "create table b as select * from a"),
      ...up("0009", "create table a (id int)"),
    });
    await cli.run(project, "migrate apply --all-databases");
    await has("a b");
    const recorded = { 9: false, 10: false };
    expect(await cli.state()).to.have.deep.nested.property("migrations.default", recorded);
  });

  it("refuses two folders of one version before any runs", async () => {
    const project = cli.project({
      "migrations/default/10_a/up.sql": "create table a (id int)",
      "migrations/default/10_b/up.sql": "create table b (id int)",
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.code).to.equal(1);
    expect(run.said.at(-1)).to.contain("found duplicate migrations for version 10");
    expect(run.said.at(-1)).to.contain("10_b/up.sql - 10_a/up.sql");
    await has("");
  });

  it("is blocked by a folder with a down.sql only", async () => {
    const project = cli.project({
      ...up(1, "create table a (id int)"),
      "migrations/default/2_m/down.sql": "drop table a",
      ...up(3, "create table c (id int)"),
    });
    const run = await cli.run(project, "migrate apply --all-databases");
    expect(run.code).to.equal(1);
    expect(run.said.at(-1)).to.contain("2 up migration not found");
    await has("a");
  });
});
