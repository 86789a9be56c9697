import { expect } from "chai";
import { TestCli } from "./testCli";

const EXPORT = "POST /v1/metadata export_metadata";
const BULK = "POST /v2/query bulk";

describe("hasura-cli: seed", () => {
  let cli: TestCli;
  before(async () => {
    cli = await TestCli.start();
  });
  beforeEach(async () => {
    await cli.reset();
    await cli.sql("create table notes (id int primary key)");
  });
  after(() => cli?.stop());

  const rows = async (ids: string[]) =>
    expect(await cli.sql("select id from notes order by id")).to.deep.equal([
      ["id"],
      ...ids.map((id) => [id]),
    ]);
  const seed = (id: number) => `insert into notes values (${id})`;

  it("sends all files of a database as one bulk, by name", async () => {
    const files = { "seeds/default/b.sql": seed(2), "seeds/default/a.sql": seed(1) };
    const run = await cli.run(cli.project(files), "seed apply --all-databases");
    expect(run.requests.slice(5)).to.deep.equal([EXPORT, BULK]);
    const args = [1, 2].map((id) => ({
      type: "run_sql",
      args: { sql: seed(id), source: "default" },
    }));
    expect(run.bodies.at(-1)).to.deep.equal({ type: "bulk", args });
    expect(run.code).to.equal(0);
    expect(run.said.at(-1)).to.equal("Seeds planted");
    await rows(["1", "2"]);
  });

  it("takes one file of one database, and exports twice for it", async () => {
    const files = { "seeds/default/b.sql": seed(2), "seeds/default/a.sql": seed(1) };
    const args = "seed apply --database-name default --file b.sql";
    const run = await cli.run(cli.project(files), args);
    expect(run.requests.slice(5)).to.deep.equal([EXPORT, EXPORT, BULK]);
    await rows(["2"]);
  });

  it("keeps a file before the failing one", async () => {
    const files = { "seeds/default/a.sql": seed(1), "seeds/default/b.sql": `${seed(2)}; nonsense` };
    const run = await cli.run(cli.project(files), "seed apply --all-databases");
    expect(run.code).to.equal(1);
    expect(run.fatal).to.contain("operation failed").and.contain("42601");
    await rows(["1"]);
  });

  it("fails where there is no file", async () => {
    const run = await cli.run(cli.project(), "seed apply --all-databases");
    expect(run.code).to.equal(1);
    expect(run.requests).not.to.include(BULK);
  });
});
