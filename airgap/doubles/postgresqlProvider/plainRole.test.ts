import { expect } from "chai";
import { type PropertyMap, secret } from "../plugin/propertyValue";
import { ProviderClient } from "../plugin/providerClient";
import { postgresqlProvider } from "./postgresqlProvider";
import { TestStack, urn } from "./testStack";

describe("postgresql double, connected as a role that is no superuser", function () {
  this.timeout(90_000);
  let stack: TestStack;
  let plugin: ProviderClient;

  before(async () => {
    stack = await TestStack.start();
    await stack.sql("CREATE ROLE plain LOGIN CREATEROLE CREATEDB PASSWORD 'plain-1'");
    plugin = await ProviderClient.start(postgresqlProvider({}));
    const { host, port } = stack.test.config;
    const login = { username: "plain", password: secret("plain-1"), superuser: "false" };
    await plugin.configure({ ...login, host, port: String(port), sslmode: "disable" });
  });

  after(async () => {
    plugin?.close();
    await stack?.stop();
  });

  it("takes over what a role owns when it deletes it, and is no member of it before", async () => {
    const { inputs } = await plugin.check(urn("role"), { name: "tenant" });
    const made = await plugin.create(urn("role"), inputs);
    const members = "SELECT pg_has_role('plain', 'tenant', 'USAGE') AS yes";
    expect(await stack.sql(members)).to.deep.equal([{ yes: false }]);
    await stack.sql("CREATE TABLE rented (id int)");
    await stack.sql("ALTER TABLE rented OWNER TO tenant");
    await stack.sql("GRANT CREATE ON SCHEMA public TO plain");
    await plugin.delete(urn("role"), made.id, made.outputs);
    const owners = "SELECT tableowner FROM pg_tables WHERE tablename = 'rented'";
    expect(await stack.sql(owners)).to.deep.equal([{ tableowner: "plain" }]);
    expect(await stack.sql("SELECT 1 FROM pg_roles WHERE rolname = 'tenant'")).to.deep.equal([]);
  });

  it("leaves a role that it may not delete as it was", async () => {
    const { inputs } = await plugin.check(urn("role"), { name: "lasting" });
    const made = await plugin.create(urn("role"), inputs);
    await stack.sql("CREATE TABLE lasting (id int)", "app");
    await stack.sql("ALTER TABLE lasting OWNER TO lasting", "app");
    const failed = await plugin.delete(urn("role"), made.id, made.outputs).then(() => "", String);
    expect(failed).to.contain("cannot be dropped because some objects depend on it");
    // Postgres 16 and later make the creator a member with the right to grant, which is no use of the role's rights.
    const uses = "SELECT pg_has_role('plain', 'lasting', 'USAGE') AS yes";
    expect(await stack.sql(uses)).to.deep.equal([{ yes: false }]);
  });

  it("alters what changed alone, and takes away memberships that it was not told of", async () => {
    const made = async (given: PropertyMap) => {
      const { inputs } = await plugin.check(urn("role"), given);
      return { inputs, ...(await plugin.create(urn("role"), inputs)) };
    };
    for (const name of ["wanted", "unwanted"]) await made({ name });
    const { id, outputs } = await made({ name: "member", roles: ["wanted"] });
    await stack.sql("SET ROLE plain; GRANT unwanted TO member; RESET ROLE");
    const changed = { name: "member", roles: ["wanted"], inherit: false };
    const { inputs } = await plugin.check(urn("role"), changed);
    await plugin.update(urn("role"), id, outputs, inputs);
    const groups = `SELECT roleid::regrole::text AS of, rolinherit AS inherits
      FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member WHERE rolname = 'member'`;
    expect(await stack.sql(groups)).to.deep.equal([{ of: "wanted", inherits: false }]);
  });
});
