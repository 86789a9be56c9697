import { expect } from "chai";
import type { PropertyMap } from "../plugin/propertyValue";
import { failureOf } from "../plugin/providerClient";
import { TestStack } from "./testStack";

describe("postgresql double, grants on a real server", function () {
  this.timeout(90_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start();
  });

  after(() => stack?.stop());

  describe("Grant", () => {
    const base = { role: "reader", database: "app", privileges: ["SELECT"] };

    it("grants on all tables of a schema, narrows, and revokes", async () => {
      const inputs = { ...base, schema: "public", objectType: "table" };
      const made = await stack.make("grant", { ...inputs, privileges: ["SELECT", "INSERT"] });
      expect(made.id).to.equal("reader_app_public_table");
      await stack.expectStable(made);
      const allowed = (privilege: string) =>
        stack.sql(`SELECT has_table_privilege('reader', 'two', '${privilege}') AS yes`, "app");
      const narrowed = await stack.change(made, inputs);
      expect(await allowed("SELECT")).to.deep.equal([{ yes: true }]);
      expect(await allowed("INSERT")).to.deep.equal([{ yes: false }]);
      await stack.sql("REVOKE SELECT ON two FROM reader", "app");
      const drifted = await stack.refresh(narrowed);
      expect(drifted.outputs.privileges).to.deep.equal([]);
      expect((await stack.plan(drifted, narrowed.inputs)).paths).to.deep.equal(["privileges"]);
      await stack.remove(narrowed);
      expect(
        await stack.sql("SELECT has_table_privilege('reader', 'one', 'SELECT') AS yes", "app"),
      ).to.deep.equal([{ yes: false }]);
    });

    it("grants on named objects only", async () => {
      const made = await stack.make("grant", {
        ...base,
        schema: "public",
        objectType: "table",
        objects: ["one"],
      });
      await stack.expectStable(made);
      const [row] = await stack.sql(
        "SELECT has_table_privilege('reader', 'one', 'SELECT') AS a, has_table_privilege('reader', 'two', 'SELECT') AS b",
        "app",
      );
      expect(row).to.deep.equal({ a: true, b: false });
      await stack.remove(made);
    });

    for (const [objectType, privileges, schema] of [
      ["database", ["CONNECT", "TEMPORARY"], undefined],
      ["database", ["ALL"], undefined],
      ["schema", ["USAGE"], "public"],
      ["sequence", ["USAGE"], "public"],
      ["function", ["EXECUTE"], "public"],
    ] as const) {
      it(`is stable for ${privileges} on a ${objectType}`, async () => {
        const inputs: PropertyMap = { ...base, objectType, privileges: [...privileges] };
        const made = await stack.make("grant", schema ? { ...inputs, schema } : inputs);
        await stack.expectStable(made);
        await stack.remove(made);
      });
    }

    it("takes away from public", async () => {
      const inputs = { ...base, role: "public", objectType: "database", privileges: [] };
      const made = await stack.make("grant", inputs);
      await stack.expectStable(made);
      const [row] = await stack.sql(
        "SELECT has_database_privilege('reader', 'app', 'CONNECT') AS yes",
      );
      expect(row).to.deep.equal({ yes: false });
    });

    it("refuses a privilege the type does not have and a missing schema", async () => {
      const wrong = stack.make("grant", { ...base, objectType: "database" });
      expect(await failureOf(wrong)).to.contain('"SELECT" is not an allowed privilege');
      expect(await failureOf(stack.make("grant", { ...base, objectType: "table" }))).to.contain(
        "'schema'",
      );
    });

    it("is gone when its role is", async () => {
      await stack.sql("CREATE ROLE shortlived");
      const inputs = { ...base, role: "shortlived", objectType: "schema", schema: "public" };
      const made = await stack.make("grant", { ...inputs, privileges: ["USAGE"] });
      await stack.sql("DROP OWNED BY shortlived", "app");
      await stack.sql("DROP ROLE shortlived");
      expect((await stack.refresh(made)).id).to.equal("");
    });
  });

  describe("DefaultPrivileges", () => {
    it("gives tables made later, and is gone when the server has none", async () => {
      const made = await stack.make("defaultPrivileges", {
        role: "reader",
        database: "app",
        owner: "postgres",
        schema: "public",
        objectType: "table",
        privileges: ["SELECT"],
      });
      expect(made.id).to.equal("reader_app_public_postgres_table");
      await stack.expectStable(made);
      await stack.sql("CREATE TABLE later (id int)", "app");
      expect(
        await stack.sql("SELECT has_table_privilege('reader', 'later', 'SELECT') AS yes", "app"),
      ).to.deep.equal([{ yes: true }]);
      await stack.remove(made);
      expect((await stack.refresh(made)).id).to.equal("");
    });
  });
});
