import { expect } from "chai";
import { docker, inspect } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { bringUpNotes, fingerprint, notesSeen } from "./support/notes";
import type { TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

describe("what stands between a stack's databases and its engine", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let client: EngineClient;
  let rows: string;
  let token: string;

  before(async () => {
    ({ client, rows, token } = await bringUpNotes("user_1", (made) => {
      stack = made;
    }));
  });
  after(() => stack?.cleanUp());

  const sql = (statement: string, database = "app") =>
    docker(
      ["exec", stack.postgresContainer, "psql", "-U", "postgres", "-d", database, "-qAtc"].concat(
        statement,
      ),
    );
  const engineId = () => inspect(stack.engineContainer, "{{.Id}}");
  /** Queries over connections that are opened now. */
  async function answers(): Promise<void> {
    await sql("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'hasura'");
    expect(await fingerprint(client)).to.equal(rows);
    expect(await notesSeen(client, bearer(token))).to.have.length(100);
  }

  async function refusedUp(): Promise<string> {
    const engine = await engineId();
    const refused = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(await engineId(), "the engine stays").to.equal(engine);
    return refused.text;
  }

  it("refuses other names before anything is touched, and heals with the old ones", async () => {
    await stack.configure({
      plain: { "postgres.applicationDatabase": "shop", "postgres.engineRole": "clerk" },
    });
    const text = await refusedUp();
    expect(text).to.contain(
      'postgres.applicationDatabase: is "shop", but this stack was made with "app"',
    );
    expect(text).to.contain(
      'postgres.engineRole: is "clerk", but this stack was made with "hasura"',
    );
    await answers();
    await stack.configure({ absent: ["postgres.applicationDatabase", "postgres.engineRole"] });
    await stack.up("--expect-no-changes");
  });

  it("keeps the engine where its role cannot be let in, and says why", async () => {
    await sql("alter role hasura connection limit 0");
    await stack.configure({
      plain: {
        "postgres.extensions": '["dblink","citext"]',
        "hasura.memoryMb": "900",
        "hasura.corsDomains": '["*"]',
      },
    });
    const text = await refusedUp();
    expect(text).to.contain('postgres.engineRole: "hasura" cannot log in');
    expect(text).to.contain("too many connections");
    await sql("alter role hasura connection limit -1");
  });

  it("sets the engine's password where the server knows another, and creates extensions", async () => {
    await sql("alter role hasura password 'not the one in the state'");
    const { text } = await stack.up();
    expect(text).to.contain("set the engine's password in the server anew");
    await answers();
    const extensions = await sql(
      "select extname || ' ' || extnamespace::regnamespace from pg_extension order by 1",
    );
    expect(extensions.split("\n")).to.include.members(["citext public", "dblink public"]);
  });

  it("lets the engine in after a change of its password that failed half-way", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    const [password = ""] = /urn:[^"]*::backend-databases-password/.exec(stdout) ?? [];
    await stack.demand(["state", "unprotect", password, "--yes"]);
    await sql("alter role hasura rename to elsewhere");
    const replaced = await stack.pulumi(
      ["up", "--yes", "--skip-preview", "--replace", password],
      240_000,
    );
    expect(replaced.code, replaced.text).to.not.equal(0);
    await sql("alter role elsewhere rename to hasura");
    await stack.up();
    await answers();
  });

  it("drops no extension that is taken out of the list", async () => {
    await stack.configure({ absent: ["postgres.extensions"] });
    await stack.up();
    expect(await sql("select count(*) from pg_extension where extname = 'dblink'")).to.equal("1");
  });
});
