import { expect } from "chai";
import { containsSecret, plain, secret } from "../plugin/propertyValue";
import { failureOf } from "../plugin/providerClient";
import { PostgresServer } from "./connection";
import { TestStack, urn } from "./testStack";

describe("postgresql double against a real server", function () {
  this.timeout(90_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start();
  });

  after(() => stack?.stop());

  describe("Role", () => {
    it("can log in with its password, which is secret", async () => {
      const made = await stack.make("role", {
        name: 'we"ird',
        login: true,
        password: secret("correct-horse"),
        connectionLimit: 5,
        roles: ["reader"],
        searchPaths: ["public", "Other"],
        statementTimeout: 1000,
      });
      expect(made.id).to.equal('we"ird');
      expect(containsSecret(made.outputs.password ?? null)).to.equal(true);
      await stack.expectStable(made);
      const own = { ...stack.test.config, username: 'we"ird', password: "correct-horse" };
      const [row] = await new PostgresServer(own).session("", (session) =>
        session.rows("SHOW search_path"),
      );
      expect(row).to.deep.equal({ search_path: 'public, "Other"' });
      await stack.remove(made);
      expect((await stack.refresh(made)).id).to.equal("");
    });

    it("renames in place and changes only what changed", async () => {
      const made = await stack.make("role", {
        name: "before",
        roles: ["reader"],
        password: secret("a"),
      });
      const stored = () => stack.sql("SELECT passwd FROM pg_shadow WHERE usename = 'after'");
      const renamed = await stack.change(made, {
        name: "after",
        login: true,
        password: secret("a"),
      });
      const before = await stored();
      const rotated = await stack.change(renamed, {
        name: "after",
        login: true,
        password: secret("b"),
      });
      expect(await stored()).not.to.deep.equal(before);
      expect(rotated.outputs).to.deep.include({ name: "after", login: true, roles: [] });
      await stack.expectStable(rotated);
      await stack.remove(rotated);
    });

    it("finds drift of options and a removed password, not of another SCRAM password", async () => {
      const made = await stack.make("role", { name: "drift", login: true, password: secret("a") });
      await stack.sql("ALTER ROLE drift CONNECTION LIMIT 3 PASSWORD 'other'");
      const read = await stack.refresh(made);
      expect((await stack.plan(read, made.inputs)).paths).to.deep.equal(["connectionLimit"]);
      expect(plain(read.outputs.password ?? null)).to.equal("a");
      expect(read.inputs.connectionLimit).to.equal(3);
      await stack.sql("ALTER ROLE drift PASSWORD NULL");
      const emptied = await stack.refresh(made);
      expect((await stack.plan(emptied, made.inputs)).paths).to.include("password");
      expect(containsSecret(emptied.outputs.password ?? null)).to.equal(true);
      await stack.remove(made);
    });

    it("hands over what a deleted role owns", async () => {
      const made = await stack.make("role", { name: "holder" });
      await stack.sql("CREATE TABLE held (id int)");
      await stack.sql("ALTER TABLE held OWNER TO holder");
      await stack.remove(made);
      const [row] = await stack.sql("SELECT tableowner FROM pg_tables WHERE tablename = 'held'");
      expect(row).to.deep.equal({ tableowner: "postgres" });
    });

    it("does not repeat the password in the error of a role that exists", async () => {
      const { inputs } = await stack.plugin.check(urn("role"), {
        name: "owner",
        password: secret("pw9"),
      });
      const text = await failureOf(stack.plugin.create(urn("role"), inputs));
      expect(text).to.contain('role "owner" already exists').and.not.contain("pw9");
    });

    it("can be imported by name", async () => {
      const read = await stack.plugin.read(urn("role"), "owner", {}, {});
      expect(read.inputs).to.include({ name: "owner", login: false, inherit: true });
    });
  });

  describe("Database", () => {
    it("is created from template0 in UTF8 and stays without differences", async () => {
      const made = await stack.make("database", { name: "fresh", owner: "owner", lcCollate: "C" });
      expect(made.outputs).to.include({
        owner: "owner",
        encoding: "UTF8",
        lcCollate: "C",
        template: "template0",
        tablespaceName: "pg_default",
        isTemplate: false,
      });
      await stack.expectStable(made);
      const changed = await stack.change(made, {
        name: "renamed",
        owner: "reader",
        connectionLimit: 7,
      });
      expect(changed.outputs).to.include({ name: "renamed", owner: "reader", connectionLimit: 7 });
      await stack.expectStable(changed);
      await stack.remove(changed);
      expect((await stack.refresh(changed)).id).to.equal("");
    });

    it("is dropped although somebody is connected", async () => {
      const made = await stack.make("database", { name: "busy" });
      await stack.test.server
        .session("busy", async (session) => {
          await stack.remove(made);
          await session.rows("SELECT 1");
        })
        .catch(() => undefined);
      expect(await stack.sql("SELECT 1 FROM pg_database WHERE datname = 'busy'")).to.deep.equal([]);
    });
  });

  describe("Schema and Extension", () => {
    it("creates, renames and drops a schema", async () => {
      const made = await stack.make("schema", { name: "hdb", database: "app", owner: "owner" });
      expect(made.id).to.equal("app.hdb");
      await stack.expectStable(made);
      const changed = await stack.change(made, { name: "hdb2", database: "app", owner: "reader" });
      expect(changed.outputs).to.include({ name: "hdb2", owner: "reader" });
      await stack.sql("CREATE TABLE hdb2.t (id int)", "app");
      expect(await failureOf(stack.remove(changed))).to.contain("depend");
      const cascading = { ...changed, outputs: { ...changed.outputs, dropCascade: true } };
      await stack.remove(cascading);
      expect((await stack.refresh(changed)).id).to.equal("");
    });

    it("takes an existing schema, whatever ifNotExists says", async () => {
      const made = await stack.make("schema", { name: "public", database: "app", owner: "owner" });
      expect(made.outputs.owner).to.equal("owner");
      const strict = { name: "public", database: "app", ifNotExists: false };
      const again = await stack.make("schema", strict);
      expect(again.outputs).to.include({ owner: "owner", ifNotExists: false });
    });

    it("creates an extension in the provider's database by default", async () => {
      const made = await stack.make("extension", { name: "plpgsql" });
      expect(made.outputs).to.include({ database: "postgres", schema: "pg_catalog" });
      await stack.expectStable(made);
    });

    it("reports an extension the server does not have", async () => {
      expect(await failureOf(stack.make("extension", { name: "no_such" }))).to.contain("no_such");
    });
  });
});
