import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { blocks } from "../../../tests/unit/docs/pages";
import {
  ADMIN_SECRET,
  bearer,
  hs256Secret,
  startTestEngine,
  type TestEngine,
  userToken,
} from "./testEngine";

const PAGE = readFileSync(join(__dirname, "../../../docs/recipes/first-table.md"), "utf8");
const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };
const QUERY = "{ notes { id body } }";

/** The requests as docs/recipes/first-table.md shows them; tests/unit/docs/firstTable.test.ts runs its commands. */
describe("Hasura double: the recipe of the first table", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: hs256Secret() });
  });
  after(() => engine?.stop());

  it("ends with a token that sees its own row", async () => {
    for (const block of blocks(PAGE, "json")) {
      const command = JSON.parse(block) as { type: string };
      const path = command.type === "run_sql" ? "/v2/query" : "/v1/metadata";
      const { status, text } = await engine.post(path, command, ADMIN);
      expect(status, text).to.equal(200);
    }
    const answer = await engine.graphql(QUERY, bearer(await userToken()));
    expect(answer.body).to.deep.equal({ data: { notes: [{ id: 1, body: "mine" }] } });
  });

  it("is refused by an engine that serves GraphQL alone", async () => {
    const [source = ""] = blocks(PAGE, "json");
    const narrow = await startTestEngine({ HASURA_GRAPHQL_ENABLED_APIS: "graphql" });
    try {
      const { status } = await narrow.post("/v1/metadata", JSON.parse(source), ADMIN);
      expect(status).to.equal(404);
    } finally {
      await narrow.stop();
    }
  });

  it("needs a grant for a table of another role", async () => {
    const { postgres } = engine;
    const name = `chtest_engine_${process.pid}`;
    const url = new URL(postgres.url);
    await engine.sql(`create table foreigners (id int); create role ${name} login password 'x';
      grant create, usage on schema public to ${name}`);
    url.username = name;
    url.password = "x";
    const source = { database_url: url.toString() };
    const args = { name: "narrow", configuration: { connection_info: source } };
    expect((await engine.metadata("pg_add_source", args)).status).to.equal(200);
    const command = {
      type: "run_sql",
      args: { source: "narrow", sql: "select * from foreigners" },
    };
    const read = () => engine.post("/v2/query", command, ADMIN);
    expect((await read()).text).to.include("permission denied for table foreigners");
    await engine.sql(`grant select on foreigners to ${name}`);
    expect((await read()).status).to.equal(200);
    await engine.sql(`drop owned by ${name} cascade; drop role ${name}`);
  });
});
