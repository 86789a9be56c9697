import { rmSync } from "node:fs";
import { expect } from "chai";
import { readSchema, type Schema } from "../../../infra/schema/readSchema";
import { ProblemList } from "../../../infra/validation/problems";
import { writeRecipeFolder } from "../../../tests/unit/docs/recipeFolder";
import {
  ADMIN_SECRET,
  bearer,
  hs256Secret,
  startTestEngine,
  type TestEngine,
  userToken,
} from "./testEngine";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };

/** The example's folder and the recipe's table, without the CLI; tests/unit/docs/firstTable.test.ts runs the recipe's commands. */
describe("Hasura double: the example's schema and the recipe of the first table", () => {
  const directory = writeRecipeFolder();
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: hs256Secret() });
    const schema = readSchema("hasura", undefined, new ProblemList(), directory);
    if (schema === undefined) throw new Error("the folder has a problem");
    await apply(schema);
  });
  after(async () => {
    rmSync(directory, { recursive: true, force: true });
    await engine?.stop();
  });

  async function apply({ sources, metadata }: Schema): Promise<void> {
    const [source] = sources;
    const { name, configuration } = source ?? {};
    const files = [...(source?.migrations ?? []), ...(source?.seeds ?? [])];
    const steps = [await engine.metadata("pg_add_source", { name, configuration })];
    for (const { sql } of files) steps.push(await engine.sql(sql));
    steps.push(await engine.metadata("replace_metadata", metadata));
    for (const { status, text } of steps) expect(status, text).to.equal(200);
  }

  /** What a member of an organization gets. */
  async function ask(query: string, user = "user_1", org = "org_1"): Promise<unknown> {
    const claims = { "x-hasura-user-id": user, "x-hasura-org-id": org };
    const { body } = await engine.graphql(query, bearer(await userToken({}, claims)));
    return body.data ?? body.errors;
  }

  it("shows users their own todos alone", async () => {
    const titles = "{ todos(order_by: { title: asc }) { title } }";
    expect(await ask(titles)).to.deep.equal({
      todos: [{ title: "Read my own rows" }, { title: "Sign in with Clerk" }],
    });
    expect(await ask(titles, "user_2")).to.deep.equal({ todos: [{ title: "Not for user_1" }] });
    expect(await ask(titles, "user_3")).to.deep.equal({ todos: [] });
  });

  it("lets nobody change another's todos, or write into another's name", async () => {
    const everything = "(where: {}, _set: { done: true }) { affected_rows }";
    expect(await ask(`mutation { update_todos${everything} }`, "user_3")).to.deep.equal({
      update_todos: { affected_rows: 0 },
    });
    const foreign =
      'mutation { insert_todos_one(object: { title: "x", user_id: "user_1" }) { id } }';
    expect(JSON.stringify(await ask(foreign, "user_2"))).to.match(/user_id.* not /);
  });

  it("writes the user of the token into a new todo", async () => {
    const add = 'mutation { insert_todos_one(object: { title: "mine" }) { title done } }';
    expect(await ask(add, "user_4")).to.deep.equal({
      insert_todos_one: { title: "mine", done: false },
    });
    expect(await ask("{ todos { title } }", "user_4")).to.deep.equal({
      todos: [{ title: "mine" }],
    });
  });

  it("shares lists with the organization, whoever of it asks", async () => {
    const lists = "{ lists { name items(order_by: { title: asc }) { title list { name } } } }";
    const list = { name: "Shared by the organization" };
    const items = [
      { title: "Invite a colleague", list },
      { title: "Share a list", list },
    ];
    expect(await ask(lists, "user_2")).to.deep.equal({ lists: [{ ...list, items }] });
    expect(await ask(lists, "user_2", "org_2")).to.deep.equal({ lists: [] });
  });

  it("adds items to lists of the organization alone", async () => {
    const id = "00000000-0000-4000-8000-000000000011";
    const add = `mutation { insert_list_items_one(object: { list_id: "${id}", title: "new" }) { title } }`;
    expect(JSON.stringify(await ask(add, "user_1", "org_2"))).to.include("permission");
    expect(await ask(add)).to.deep.equal({ insert_list_items_one: { title: "new" } });
    const done =
      "mutation { update_list_items(where: {}, _set: { done: true }) { affected_rows } }";
    expect(await ask(done, "user_1", "org_2")).to.deep.equal({
      update_list_items: { affected_rows: 0 },
    });
  });

  it("takes the seeds a second time without a change", async () => {
    const schema = readSchema("hasura", undefined, new ProblemList(), directory);
    const count = "{ lists { items_aggregate { aggregate { count } } } }";
    const { body } = await engine.graphql(count, ADMIN);
    for (const { sql } of schema?.sources[0]?.seeds ?? []) {
      expect((await engine.sql(sql)).status).to.equal(200);
    }
    expect((await engine.graphql(count, ADMIN)).body).to.deep.equal(body);
  });

  it("serves the recipe's table", async () => {
    const add = 'mutation { insert_notes_one(object: { body: "mine" }) { id } }';
    expect(await ask(add)).to.have.nested.property("insert_notes_one.id");
    expect(await ask("{ notes { body } }")).to.deep.equal({ notes: [{ body: "mine" }] });
    expect(await ask("{ notes { body } }", "user_2")).to.deep.equal({ notes: [] });
  });
});
