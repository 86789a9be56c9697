import { expect } from "chai";
import { type PropertyMap, plainMap, secret } from "../plugin/propertyValue";
import { InitializationFailed } from "../plugin/providerImplementation";
import { addressOf } from "../plugin/providerService";
import { PostgresServer } from "./connection";
import { postgresqlProvider } from "./postgresqlProvider";
import { type Made, TestStack, urn } from "./testStack";

/** As the engine goes on after a failed update: it keeps the inputs that it sent and the outputs that it was given. */
async function failingChange(stack: TestStack, made: Made, given: PropertyMap) {
  const { inputs } = await stack.plugin.check(urn(made.kind), given, made.inputs);
  const kept = await stack.plugin.keptAfterUpdate(urn(made.kind), made.id, made.outputs, inputs);
  return { reason: kept.reasons[0] ?? "", after: { ...made, inputs, outputs: kept.outputs } };
}

describe("postgresql double, after an update that failed", function () {
  this.timeout(90_000);
  let stack: TestStack;

  before(async () => {
    stack = await TestStack.start();
  });
  after(() => stack?.stop());

  const serves = (username: string, password: string) =>
    new PostgresServer({ ...stack.test.config, username, password })
      .session("", (session) => session.rows("SELECT 1"))
      .then(
        () => true,
        () => false,
      );

  it("keeps a password in the state that the server does not know, which a second rotation mends", async () => {
    const role = (password: string, roles: string[]) => ({
      ...{ name: "engine", login: true, password: secret(password) },
      roles,
    });
    const made = await stack.make("role", role("first", []));
    const { reason, after } = await failingChange(stack, made, role("second", ["no_such"]));
    expect(reason).to.equal(
      `updating ${urn("role")}: 1 error occurred:\n\t* pq: role "no_such" does not exist\n\n`,
    );
    expect(plainMap(after.outputs)).to.include({ password: "second", id: "engine" });
    expect((await stack.plan(after)).paths).to.deep.equal([]);
    // The engine sends such a resource an update although nothing differs: it reads, and that is all.
    await stack.sql("CREATE ROLE no_such");
    const next = await stack.change(after, role("second", ["no_such"]));
    expect(plainMap((await stack.refresh(next)).outputs)).to.include({ password: "second" });
    expect([await serves("engine", "first"), await serves("engine", "second")]).to.deep.equal([
      true,
      false,
    ]);
    await stack.change(next, role("third", ["no_such"]));
    expect(await serves("engine", "third")).to.equal(true);
  });

  it("renames a database that is in use only every other time", async () => {
    const made = await stack.make("database", { name: "used" });
    const names = async () =>
      (await stack.sql("SELECT datname FROM pg_database WHERE datname IN ('used', 'wanted')")).map(
        ({ datname }) => datname,
      );
    const { reason, after } = await stack.test.server.session("used", () =>
      failingChange(stack, made, { name: "wanted" }),
    );
    expect(reason).to.contain('* error updating database name: pq: database "used" is being ');
    expect(after.outputs).to.include({ name: "wanted", id: "used" });
    await stack.plugin.delete(urn("database"), after.id, after.outputs).then(
      () => expect.fail("it cannot be deleted"),
      (error: Error) =>
        expect(error.message).to.contain(
          'error blocking connections to database: pq: database "wanted" does not exist',
        ),
    );
    expect((await stack.plan(after)).paths).to.deep.equal([]);
    const second = await stack.change(after, { name: "wanted" });
    expect([await names(), second.outputs.name]).to.deep.equal([["used"], "used"]);
    expect((await stack.plan(second)).paths).to.deep.equal(["name"]);
    const third = await stack.change(second, { name: "wanted" });
    expect([await names(), third.outputs]).to.deep.include(["wanted"]);
    expect((await stack.refresh(third)).id).to.equal("wanted");
    await stack.remove(third);
  });

  it("keeps what was planned while the server is away, and creates nothing half", async () => {
    const away = postgresqlProvider({});
    away.configure({ host: "127.0.0.1", port: "1", sslmode: "disable", connectTimeout: "2" });
    const at = addressOf(urn("role"));
    const outputs = { name: "r", id: "r", password: secret("old") };
    const news = { name: "r", password: secret("new") };
    const failed = await away.update(at, "r", outputs, news, false).catch((error) => error);
    expect(failed).to.be.instanceOf(InitializationFailed);
    expect(failed.state.outputs).to.deep.include({ id: "r", password: secret("new") });
    const refused = await away.create(at, news, false).catch((error) => error);
    expect(refused).to.be.instanceOf(Error).and.not.instanceOf(InitializationFailed);
  });
});
