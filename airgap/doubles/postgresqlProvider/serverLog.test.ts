import { expect } from "chai";
import { UNLOGGED_SUPERUSER } from "../../../infra/postgres/readyScript";
import { secret } from "../plugin/propertyValue";
import { failureOf } from "../plugin/providerClient";
import { TestStack } from "./testStack";

const role = (name: string, password: string) => ({
  name,
  login: true,
  password: secret(password),
});

describe("a role's password in the server's log", function () {
  this.timeout(90_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start();
  });
  after(() => stack?.stop());

  const made = (name: string, password: string) => stack.make("role", role(name, password));
  const refused = (password: string) => failureOf(made("owner", password));

  it("is in plain where the server logs statements, as with the published plugin", async () => {
    const first = await made("shown", "shown'at-creation\\x");
    const second = await stack.change(first, role("shown", "shown-at-change"));
    await stack.change(second, role("renamed", "shown-at-change"));
    expect(await refused("shown-when-refused")).to.not.contain("shown-when-refused");
    const logs = await stack.test.logs();
    expect(logs).to.contain("ENCRYPTED PASSWORD  E'shown''at-creation\\\\x'");
    expect(logs).to.contain("ALTER ROLE \"shown\" PASSWORD 'shown-at-change'");
    expect(logs).to.contain("ALTER ROLE \"renamed\" PASSWORD 'shown-at-change'");
    expect(logs).to.match(/STATEMENT: .*PASSWORD 'shown-when-refused'/);
  });

  it("is not there under the settings that a stack's own superuser has", async () => {
    await stack.sql("ALTER SYSTEM SET log_min_duration_statement = 0");
    await stack.sql("ALTER SYSTEM SET log_transaction_sample_rate = 1");
    await stack.sql("ALTER SYSTEM SET debug_print_parse = on");
    await stack.sql("SELECT pg_reload_conf()");
    for (const statement of UNLOGGED_SUPERUSER) await stack.sql(statement);
    const first = await made("hidden", "hidden-at-creation");
    await stack.change(first, role("hidden", "hidden-at-change"));
    await refused("hidden-when-refused");
    const logs = await stack.test.logs();
    expect(logs).to.contain('role "owner" already exists');
    expect(logs).to.not.match(/hidden-(?:at|when)/);
  });
});
