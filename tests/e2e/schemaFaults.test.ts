import { expect } from "chai";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { type SchemaOutputs, schemaProvider } from "../../infra/providers/schemaProvider";
import { readSchema } from "../../infra/schema/readSchema";
import { ProblemList } from "../../infra/validation/problems";
import { waitFor } from "../support/waiting";
import { docker, tryDocker } from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { TestStack } from "./support/testStack";

interface StateResource {
  type: string;
  urn: string;
  outputs: SchemaOutputs;
}

async function schemaResource(stack: TestStack): Promise<StateResource> {
  const { stdout } = await stack.demand(["stack", "export"]);
  const { deployment } = JSON.parse(stdout) as { deployment: { resources: StateResource[] } };
  const found = deployment.resources.find(({ type }) => type === ResourceType.HasuraSchema);
  if (found === undefined) throw new Error("the state has no schema");
  return found;
}

/** What the provider is given for the folder as it is now, by a test beside Pulumi. */
async function schemaInputs(stack: TestStack): Promise<SchemaOutputs> {
  const { outputs } = await schemaResource(stack);
  const { adminSecret } = await stack.outputs();
  const schema = readSchema(SCHEMA_PATH, undefined, new ProblemList(), stack.checkout);
  if (schema === undefined) throw new Error("the folder is not sound");
  return { ...outputs, adminSecret, base: stack.checkout, digest: schema.digest };
}

/** Long enough to be met while it runs. */
const SLOW = "select pg_sleep(6);\n";

describe("a job of the schema that is cut off", function () {
  this.timeout(400_000);
  let stack: TestStack;
  let folder: SchemaFolder;
  let client: EngineClient;
  let job: string;

  before(async () => {
    stack = await TestStack.create({ plain: { "schema.path": SCHEMA_PATH } });
    folder = new SchemaFolder(stack.checkout);
    await stack.up();
    client = await stack.client();
    job = `${stack.prefix}backend-schema`;
  });
  after(() => stack?.cleanUp());

  const startUp = () => stack.start(["up", "--yes", "--skip-preview"], 240_000);
  const jobRuns = async () => ((await tryDocker(["inspect", job])).code === 0 ? true : undefined);
  const sleeps = async () => {
    const found = await client.sql(
      "select 1 from pg_stat_activity where query like '%pg_sleep(6)%' and query not like '%pg_stat%'",
    );
    return found.length > 0 ? true : undefined;
  };
  const recorded = async () => {
    const rows = await client.sql(
      "select version from clerk_hasura.migrations order by version::int",
    );
    return rows.map(([version]) => version);
  };
  const inCatalog = async () => {
    const command = { type: "get_catalog_state", args: {} };
    const { body } = await client.post("/v1/metadata", command, client.admin);
    const { cli_state } = body as { cli_state: { migrations: Record<string, object> } };
    return Object.keys(cli_state.migrations.default ?? {}).sort();
  };

  /** The next update ends it, with each version applied once, and nothing is left to change. */
  async function converges(versions: string[]): Promise<void> {
    const recovered = await stack.tool("recover");
    expect(recovered.code, recovered.text).to.equal(0);
    expect(await recorded()).to.deep.equal(versions);
    expect(await inCatalog()).to.deep.equal([...versions].sort());
    expect(await jobRuns()).to.equal(undefined);
  }

  it("is finished by the next update, where it had just begun", async () => {
    folder.migrate("2_begun", "create table begun ();\n");
    const up = startUp();
    await waitFor("the job's container", jobRuns);
    up.kill();
    await up.finished;
    await converges(["1", "2"]);
  });

  it("is finished by the next update, where the CLI was left in the midst of a migration", async () => {
    folder.migrate("3_slow", `create table slow ();\n${SLOW}`);
    folder.migrate("4_after", "create table after_slow ();\n");
    const up = startUp();
    await waitFor("the migration", sleeps);
    up.kill();
    await up.finished;
    await converges(["1", "2", "3", "4"]);
  });

  it("is healed where the engine finished what nobody recorded in the catalog", async () => {
    folder.migrate("5_slow", `create table healed ();\n${SLOW}`);
    const up = startUp();
    await waitFor("the migration", sleeps);
    up.kill();
    await docker(["rm", "--force", job]);
    await up.finished;
    await waitFor("the commit", async () => ((await recorded()).includes("5") ? true : undefined));
    expect(await inCatalog()).to.not.include("5");
    await converges(["1", "2", "3", "4", "5"]);
  });

  it("is not there twice: a second one waits for the first", async () => {
    folder.migrate("6_once", `create table if not exists once ();\n${SLOW}`);
    const inputs = await schemaInputs(stack);
    const jobs = [1, 2].map(() => schemaProvider.update("schema", inputs, inputs));
    for (const { outs } of await Promise.all(jobs)) {
      expect(Object.keys(outs.applied)).to.include("default/6_once");
    }
    expect(await recorded()).to.deep.equal(["1", "2", "3", "4", "5", "6"]);
  });

  it("says who else is at work, where that goes on", async () => {
    await client.sql(
      "insert into clerk_hasura.lease (holder, expires_at) values ('another machine', now() + interval '1 hour')",
    );
    const inputs = await schemaInputs(stack);
    const refusal = await schemaProvider.update("schema", inputs, inputs).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refusal).to.equal(
      "The schema is being applied by another update (on another machine); wait until it has ended, then run the update again",
    );
    await client.sql("delete from clerk_hasura.lease");
  });

  it("takes what is there for applied where the stack's state is new", async () => {
    const { urn } = await schemaResource(stack);
    await stack.demand(["state", "delete", "--yes", "--force", urn]);
    await stack.up();
    expect(await recorded()).to.deep.equal(["1", "2", "3", "4", "5", "6"]);
    await stack.up("--expect-no-changes");
  });
});
