import { expect } from "chai";
import { tryDocker } from "./support/docker";
import { makeNotes } from "./support/notes";
import { type OwnServer, startOwnServer } from "./support/ownServer";
import { changedNothing, TestStack } from "./support/testStack";

/** Postgres' own settings of a database, which a replacement would change. */
const BORN = "select oid, datcollate, datconnlimit from pg_database where datname = 'app'";
const CUSTOMERS = "select string_agg(id || name, ',' order by id) as all from customers";

describe("a stack on databases that exist", function () {
  this.timeout(300_000);
  let server: OwnServer;
  let first: TestStack;
  let second: TestStack;
  let born: unknown;

  const onServer = async (...adopt: string[]): Promise<TestStack> =>
    TestStack.create({
      plain: {
        "postgres.external.host": "127.0.0.1",
        "postgres.external.port": `${server.port}`,
        "postgres.external.engineHost": server.name,
        "postgres.external.enginePort": "5432",
        "postgres.external.user": server.user,
        "postgres.external.sslMode": "disable",
        "hasura.networks": JSON.stringify([server.name]),
        "postgres.adopt": JSON.stringify(adopt),
      },
      secret: { "postgres.external.password": server.password },
    });
  const one = async (sql: string, database = "app") => (await server.asOwner(sql, database))[0];

  before(async () => {
    server = await startOwnServer(`chtest-e2e-existing-${process.pid}`);
    await server.asOwner(
      `create database app owner ${server.user} template template0 lc_collate 'C.UTF-8' lc_ctype 'C.UTF-8' connection limit 70`,
    );
    await server.asUser("create table customers as select 1 as id, 'Ada' as name", "app");
    born = await one(BORN);
    first = await onServer();
  });
  after(async () => {
    await second?.cleanUp();
    await first?.cleanUp();
    await server?.stop();
  });

  it("does not come up on a database that it was not told to take over, and makes nothing there", async () => {
    const refused = await first.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(refused.text).to.contain('the database "app" exists on the server');
    expect(refused.text).to.contain("add applicationDatabase to postgres.adopt");
    const roles = await server.asOwner("select 1 from pg_roles where rolname = 'hasura'");
    expect(roles).to.deep.equal([]);
    expect((await first.objects()).containers).to.deep.equal([]);
  });

  it("takes it over as it is, and its engine works in it", async () => {
    await first.configure({ plain: { "postgres.adopt": '["applicationDatabase"]' } });
    await first.up();
    expect(await one(BORN)).to.deep.equal(born);
    expect(await one(CUSTOMERS)).to.deep.equal({ all: "1Ada" });
    await makeNotes(await first.client());
    const again = await first.up("--refresh", "--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("keeps what it took over from becoming the stack's own, which a removal would drop", async () => {
    await first.configure({ absent: ["postgres.adopt"] });
    const refused = await first.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(refused.text).to.contain("postgres.adopt: no longer names applicationDatabase");
    await first.configure({ plain: { "postgres.adopt": '["applicationDatabase"]' } });
    expect(changedNothing(await first.up("--expect-no-changes"))).to.equal(true);
  });

  it("comes back with rows and metadata after its state is lost, under a role of another name", async () => {
    await tryDocker(["rm", "--force", first.engineContainer]);
    second = await onServer("applicationDatabase", "metadataDatabase");
    await second.configure({ plain: { "postgres.engineRole": "successor" } });
    await second.up();
    const owner = await one(
      "select string_agg(distinct tableowner, ',') as is from pg_tables where schemaname = 'hdb_catalog'",
      "hasura_metadata",
    );
    expect(owner).to.deep.equal({ is: "successor" });
    const client = await second.client();
    const exported = await client.post(
      "/v1/metadata",
      { type: "export_metadata", args: {} },
      client.admin,
    );
    expect(exported.text).to.contain("ledger");
    expect(await one("select count(*)::int as rows from ledger")).to.deep.equal({ rows: 500 });
    expect(await one(BORN)).to.deep.equal(born);
  });

  it("drops nothing that it took over, not even on purpose", async () => {
    await second.destroyAll();
    expect(await one(CUSTOMERS)).to.deep.equal({ all: "1Ada" });
    expect(await one("select count(*)::int as rows from notes")).to.deep.equal({ rows: 200 });
    expect(await one("select 1 as is from hdb_catalog.hdb_metadata", "hasura_metadata")).to.exist;
  });
});
