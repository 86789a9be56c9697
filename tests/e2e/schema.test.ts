import { expect } from "chai";
import { dataOf, type EngineClient } from "./support/engineClient";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { changedNothing, TestStack } from "./support/testStack";

const TODOS = "{ todos(order_by: {id: asc}) { id title } }";

describe("a schema that comes with the stack", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let folder: SchemaFolder;
  let client: EngineClient;

  before(async () => {
    stack = await TestStack.create({ plain: { "schema.path": SCHEMA_PATH } });
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

  it("changes nothing when it is applied again", async () => {
    await stack.up("--expect-no-changes");
    expect(changedNothing(await stack.refresh())).to.equal(true);
    await stack.preview("--expect-no-changes");
  });
});
