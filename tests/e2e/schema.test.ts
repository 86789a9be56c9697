import { expect } from "chai";
import { docker } from "./support/docker";
import { dataOf, type EngineClient } from "./support/engineClient";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { changedNothing, TestStack } from "./support/testStack";
import { rsaSigner } from "./support/tokens";

const TODOS = "{ todos(order_by: {id: asc}) { id title } }";

describe("a schema that comes with the stack", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let folder: SchemaFolder;
  let client: EngineClient;

  before(async () => {
    // A key that production accepts, too.
    stack = await TestStack.create({
      plain: {
        "schema.path": SCHEMA_PATH,
        "identity.signingKey.algorithm": "RS256",
        "identity.issuer": "https://issuer.example.test",
        "hasura.corsDomains": "[]",
      },
      secret: { "identity.signingKey.key": rsaSigner("own").publicPem },
    });
    folder = new SchemaFolder(stack.checkout);
    folder.write("seeds/default/todos.sql", "insert into todos values (10, 'seed');\n");
    await stack.up();
    client = await stack.client();
  });
  after(() => stack?.cleanUp());

  const titles = async () => {
    const role = { ...client.admin, "x-hasura-role": "user" };
    const { todos } = dataOf<{ todos: { title: string }[] }>(await client.graphql(TODOS, role));
    return todos.map(({ title }) => title);
  };

  it("is served after the first up, with its seeds", async () => {
    expect(await titles()).to.deep.equal(["first", "seed"]);
  });

  it("keeps neither the admin secret nor a file's content in the state", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    expect(stdout).to.not.include(client.adminSecret);
    expect(stdout).to.include("default/1_create_todos").and.not.include("create table todos");
  });

  it("changes nothing when it is applied again", async () => {
    await stack.up("--expect-no-changes");
    expect(changedNothing(await stack.refresh())).to.equal(true);
    await stack.preview("--expect-no-changes");
  });

  /** An update that has to fail, with its text. */
  const failing = async () => {
    const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(code, text).to.not.equal(0);
    return text;
  };

  it("names a broken migration by line and statement, and takes it back", async () => {
    folder.migrate(
      "2_more",
      "create table more (id int);\n\ninsert into more\n  values ('secret');\n",
    );
    expect(await failing()).to.match(
      /migrations\/default\/2_more\/up\.sql, line 3: invalid input syntax for type integer: "secret" \(22P02\), in: insert into more values \('…'\); the file was rolled back/,
    );
    expect(await client.sql("select to_regclass('more')")).to.deep.equal([["NULL"]]);
  });

  it("goes on where that was mended, and runs no seed twice", async () => {
    folder.migrate("2_more", "create table more (id int);\n");
    folder.migrate("3_index", "create index concurrently more_id on more (id);\n");
    folder.write("seeds/default/more.sql", "insert into todos values (11, 'another seed');\n");
    await stack.up();
    expect(await titles()).to.deep.equal(["first", "seed", "another seed"]);
    const versions =
      "select version from clerk_hasura.migrations where applied_at is not null order by 1";
    expect(await client.sql(versions)).to.deep.equal([["1"], ["2"], ["3"]]);
  });

  it("refuses inconsistent metadata by name, and serves what it had meanwhile", async () => {
    folder.track("- table: {schema: public, name: absent}\n");
    let failed = 0;
    let asked = 0;
    const requests = setInterval(() => {
      asked += 1;
      titles().catch(() => {
        failed += 1;
      });
    }, 20);
    const text = await failing().finally(() => clearInterval(requests));
    expect(text).to.match(
      /The metadata is inconsistent, and the engine keeps what it had: .*absent/,
    );
    expect(asked).to.be.greaterThan(100);
    expect(failed).to.equal(0);
    folder.track();
  });

  it("names an edited migration already in a preview", async () => {
    folder.migrate("2_more", "create table more (id bigint);\n");
    const { code, text } = await stack.pulumi(["preview"]);
    expect(code).to.not.equal(0);
    expect(text).to.include("migrations/default/2_more was edited after it was applied");
    folder.migrate("2_more", "create table more (id int);\n");
  });

  it("sees a database that was emptied, and starts over in it", async () => {
    const empty =
      "drop schema public cascade; drop schema clerk_hasura cascade; create schema public; grant create, usage on schema public to hasura, app_owner";
    await docker([
      "exec",
      stack.postgresContainer,
      "psql",
      "-U",
      "postgres",
      "-d",
      "app",
      "-c",
      empty,
    ]);
    expect(changedNothing(await stack.refresh())).to.equal(false);
    await stack.up();
    expect(await titles()).to.deep.equal(["first", "seed", "another seed"]);
    await stack.up("--expect-no-changes");
  });

  it("is the owner's in production, where Postgres' words are told all the same", async () => {
    folder.migrate("4_broken", "alter table todos add column id int;\n");
    await stack.configure({ plain: { preset: "production" } });
    expect(await failing()).to.match(
      /4_broken\/up\.sql, line 1: column "id" of relation "todos" already exists \(42701\)/,
    );
    folder.remove("4_broken");
    folder.migrate("4_done", "alter table todos add column done boolean;\n");
    folder.track("- table: {schema: public, name: absent}\n");
    expect(await failing()).to.include("table absent: no such table or view");
    folder.track();
    await stack.up();
    const owner = "select tableowner from pg_tables where tablename = 'todos'";
    expect(await client.sql(owner)).to.deep.equal([["app_owner"]]);
    expect(await titles()).to.deep.equal(["first", "seed", "another seed"]);
  });

  it("makes an index without a lock in production where the engine has the owner's rights", async () => {
    folder.migrate("5_index", "create index concurrently todos_done on todos (done);\n");
    expect(await failing()).to.include("5_index runs outside a transaction");
    await stack.configure({ plain: { allowInProduction: '["postgres.ownerRole"]' } });
    await stack.up();
    const valid = "select indisvalid from pg_index where indexrelid = 'todos_done'::regclass";
    expect(await client.sql(valid)).to.deep.equal([["t"]]);
  });
});
