import { expect } from "chai";
import {
  ADMIN_SECRET,
  bearer,
  expectGraphqlError,
  hs256Secret,
  startTestEngine,
  type TestEngine,
  trackNotes,
  userToken,
} from "./testEngine";

describe("Hasura double: refusals of /v1/graphql", () => {
  let engine: TestEngine;
  let user: Record<string, string>;

  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: hs256Secret() });
    user = bearer(await userToken());
    await trackNotes(engine);
  });
  after(() => engine?.stop());

  const ask = (query: string, variables: object = {}) => engine.graphql(query, user, variables);
  const admin = (query: string, variables: object = {}) =>
    engine.graphql(query, { "x-hasura-admin-secret": ADMIN_SECRET }, variables);

  const refusals: [string, string, string, string, string][] = [
    [
      "an unknown field",
      "{ nope { id } }",
      "validation-failed",
      "field 'nope' not found in type: 'query_root'",
      "$.selectionSet.nope",
    ],
    [
      "a column not granted",
      "{ notes { secret } }",
      "validation-failed",
      "field 'secret' not found in type: 'notes'",
      "$.selectionSet.notes.selectionSet.secret",
    ],
    [
      "an unknown argument",
      "{ notes(distinct_on: id) { id } }",
      "validation-failed",
      "'notes' has no argument named 'distinct_on'",
      "$.selectionSet.notes",
    ],
    ["a syntax error", "{ notes {", "validation-failed", "not a valid graphql query", "$.query"],
    [
      "a null comparison",
      "{ notes(where: {rank: {_eq: null}}) { id } }",
      "validation-failed",
      "unexpected null value for type 'Int'",
      "$.selectionSet.notes.args.where.rank._eq",
    ],
  ];
  for (const [name, query, code, message, path] of refusals) {
    it(`refuses ${name}`, async () => expectGraphqlError(await ask(query), code, message, path));
  }

  it("says that a session variable is missing", async () => {
    const token = bearer(
      await userToken({}, { "x-hasura-user-id": "u", "x-hasura-default-role": "user" }),
    );
    expect((await engine.graphql("{ notes { id } }", token)).body).to.deep.equal({
      data: { notes: [] },
    });
    const answer = await engine.graphql("{ notes { id } }", {
      "x-hasura-admin-secret": ADMIN_SECRET,
      "x-hasura-role": "user",
    });
    expectGraphqlError(answer, "not-found", 'missing session variable: "x-hasura-user-id"');
  });

  it("has no mutations for a role without any", async () => {
    const answer = await engine.graphql(
      "mutation { insert_notes(objects: []) { affected_rows } }",
      {
        "x-hasura-admin-secret": ADMIN_SECRET,
        "x-hasura-role": "nobody",
      },
    );
    expectGraphqlError(answer, "validation-failed", "no mutations exist");
  });

  it("shows a backend_only permission beside the admin secret alone", async () => {
    const permission = { check: {}, columns: ["body", "owner"], backend_only: true };
    const args = { table: "notes", role: "server", permission };
    expect((await engine.metadata("pg_create_insert_permission", args)).status).to.equal(200);
    const header = "x-hasura-use-backend-only-permissions";
    const claims = { "x-hasura-allowed-roles": ["server"], "x-hasura-default-role": "server" };
    const token = bearer(await userToken({}, { ...claims, [header]: "true" }));
    const secret = { "x-hasura-admin-secret": ADMIN_SECRET, "x-hasura-role": "server" };
    const insert = async (headers: Record<string, string>) => {
      const query =
        'mutation { insert_notes(objects: [{owner: "s", body: "s"}]) { affected_rows } }';
      return (await engine.graphql(query, headers)).body;
    };
    for (const headers of [secret, { ...token, [header]: "true" }]) {
      expect(await insert(headers)).to.have.nested.property(
        "errors[0].message",
        "no mutations exist",
      );
    }
    expect(await insert({ ...secret, [header]: "true" })).to.deep.equal({
      data: { insert_notes: { affected_rows: 1 } },
    });
  });

  it("shows details of a failed statement to admin only", async () => {
    await engine.sql("create table gone (id int)");
    await engine.metadata("pg_track_table", { table: "gone" });
    const permission = { columns: ["id"], filter: {} };
    const args = { table: "gone", role: "user", permission };
    await engine.metadata("pg_create_select_permission", args);
    // In words that do not make the engine look at its tables again.
    await engine.sql("do $$ begin execute 'dr' || 'op table gone'; end $$");
    expect((await ask("{ gone { id } }")).text).not.to.contain("internal");
    expect((await admin("{ gone { id } }")).body).to.have.nested.property(
      "errors[0].extensions.internal.error.status_code",
      "42P01",
    );
  });
});
