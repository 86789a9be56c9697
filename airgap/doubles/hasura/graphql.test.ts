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

describe("Hasura double: /v1/graphql", () => {
  let engine: TestEngine;
  let user: Record<string, string>;

  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: hs256Secret() });
    user = bearer(await userToken());
  });
  after(() => engine?.stop());

  const ask = (query: string, variables: object = {}) => engine.graphql(query, user, variables);
  const admin = (query: string, variables: object = {}) =>
    engine.graphql(query, { "x-hasura-admin-secret": ADMIN_SECRET }, variables);

  it("offers no_queries_available while nothing is tracked", async () => {
    const { body } = await ask("{ __schema { queryType { fields { name } } } }");
    expect(body.data).to.deep.equal({
      __schema: { queryType: { fields: [{ name: "no_queries_available" }] } },
    });
    const answer = await admin("{ no_queries_available }");
    expect(answer.text).to.contain("There are no queries available to the current role");
    await trackNotes(engine);
  });

  it("shows a role its own rows only, and admin all", async () => {
    const query = "{ notes(order_by: {id: asc}) { body } }";
    expect((await ask(query)).body).to.deep.equal({
      data: { notes: [{ body: "one" }, { body: "two" }] },
    });
    expect((await admin(query)).body).to.have.nested.property("data.notes[2].body", "three");
  });

  it("filters, orders, limits and skips", async () => {
    const query = `query ($where: notes_bool_exp!) {
      notes(where: $where, order_by: [{rank: desc}], limit: 1, offset: 1) { rank } }`;
    const answer = await admin(query, {
      where: { _or: [{ rank: { _gt: 1 } }, { id: { _in: [1] } }] },
    });
    expect(answer.body).to.deep.equal({ data: { notes: [{ rank: 2 }] } });
    const like = await admin(`{ notes(where: {_not: {body: {_like: "t%"}}}) { body } }`);
    expect(like.body).to.deep.equal({ data: { notes: [{ body: "one" }] } });
  });

  it("sorts nulls last when ascending and first when descending", async () => {
    const asc = await admin("{ notes(order_by: {price: asc}) { price } }");
    expect(asc.body).to.deep.equal({
      data: { notes: [{ price: 1.5 }, { price: 3 }, { price: null }] },
    });
    const desc = await admin("{ notes(order_by: {price: desc}, limit: 1) { price } }");
    expect(desc.body).to.deep.equal({ data: { notes: [{ price: null }] } });
  });

  it("answers _by_pk with the row, or null for a row the filter hides", async () => {
    const { body } = await ask(
      "{ mine: notes_by_pk(id: 1) { body } other: notes_by_pk(id: 3) { body } }",
    );
    expect(body).to.deep.equal({ data: { mine: { body: "one" }, other: null } });
  });

  it("counts by role, with columns and distinct", async () => {
    const query = `{ notes_aggregate { aggregate { count priced: count(columns: price)
      owners: count(columns: [owner], distinct: true) } nodes { id } } }`;
    expect((await ask(query)).body).to.deep.equal({
      data: {
        notes_aggregate: {
          aggregate: { count: 2, priced: 1, owners: 1 },
          nodes: [{ id: 1 }, { id: 2 }],
        },
      },
    });
  });

  it("answers introspection by role", async () => {
    const query = '{ __type(name: "notes") { fields { name } } }';
    expect((await ask(query)).text).not.to.contain("secret");
    expect((await admin(query)).text).to.contain('"secret"');
  });

  it("inserts with presets, refuses columns not granted and rows that fail the check", async () => {
    const one = await ask(
      'mutation { insert_notes_one(object: {body: "new", rank: 5}) { owner made } }',
    );
    expect(one.body).to.deep.equal({
      data: { insert_notes_one: { owner: "user_1", made: "2024-01-02T03:04:05+00:00" } },
    });
    const owner = await ask(
      'mutation { insert_notes_one(object: {body: "x", owner: "user_2"}) { id } }',
    );
    expect(owner.body).to.have.nested.property("errors[0].extensions.code", "validation-failed");
    expectGraphqlError(
      await ask(
        'mutation { insert_notes(objects: [{body: "high", rank: 100}]) { affected_rows } }',
      ),
      "permission-error",
      "check constraint of an insert/update permission has failed",
      "$.selectionSet.insert_notes.args.objects",
    );
    const { body } = await admin('{ notes(where: {body: {_eq: "high"}}) { id } }');
    expect(body).to.deep.equal({ data: { notes: [] } });
  });

  it("updates and deletes own rows only", async () => {
    const many = await ask(
      "mutation { update_notes(where: {}, _set: {rank: 7}) { affected_rows returning { owner } } }",
    );
    expect(many.text).not.to.contain("user_2");
    expect(many.body).to.have.nested.property("data.update_notes.affected_rows", 3);
    const other = await ask(
      "mutation { update_notes_by_pk(pk_columns: {id: 3}, _set: {rank: 1}) { id } }",
    );
    expect(other.body).to.deep.equal({ data: { update_notes_by_pk: null } });
    const hidden = await ask("mutation { delete_notes_by_pk(id: 3) { id } }");
    expect(hidden.body).to.deep.equal({ data: { delete_notes_by_pk: null } });
    const gone = await ask(
      'mutation { delete_notes(where: {body: {_eq: "new"}}) { affected_rows } }',
    );
    expect(gone.body).to.deep.equal({ data: { delete_notes: { affected_rows: 1 } } });
    const high = await ask(
      "mutation { update_notes_by_pk(pk_columns: {id: 1}, _set: {rank: 200}) { id } }",
    );
    expect(high.body).to.have.nested.property("errors[0].extensions.code", "permission-error");
  });

  it("rolls a whole mutation back when one of its fields fails", async () => {
    const answer = await ask(
      `mutation { a: insert_notes_one(object: {body: "kept?", rank: 1}) { id }
        b: insert_notes_one(object: {body: "one", rank: 1}) { id } }`,
    );
    expectGraphqlError(
      answer,
      "constraint-violation",
      'Uniqueness violation. duplicate key value violates unique constraint "notes_body_key"',
      "$.selectionSet.insert_notes_one.args.object",
    );
    const { body } = await admin('{ notes(where: {body: {_eq: "kept?"}}) { id } }');
    expect(body).to.deep.equal({ data: { notes: [] } });
  });

  it("names a failed table check, and bad input for a type", async () => {
    const long = await admin(
      'mutation { insert_notes_one(object: {owner: "a", body: "far too long for the check"}) { id } }',
    );
    expect(long.body).to.have.nested.property("errors[0].extensions.code", "permission-error");
    const text = await admin('{ notes(where: {id: {_eq: "abc"}}) { id } }');
    expect(text.body).to.have.nested.property("errors[0].extensions.code", "data-exception");
  });

  it("writes arrays and jsonb", async () => {
    const mutation = `mutation ($row: notes_set_input!) {
      update_notes_by_pk(pk_columns: {id: 1}, _set: $row) { tags meta } }`;
    const row = { tags: ['a"b', "c"], meta: { k: [1, "x"] } };
    const { body } = await admin(mutation, { row });
    expect(body).to.deep.equal({ data: { update_notes_by_pk: row } });
    const found = await admin("{ notes(where: {meta: {_contains: {k: [1]}}}) { id } }");
    expect(found.body).to.deep.equal({ data: { notes: [{ id: 1 }] } });
  });

  it("refuses to round a number it cannot show", async () => {
    await admin(
      'mutation { insert_notes_one(object: {id: 9007199254740993, owner: "big", body: "big"}) { body } }',
    );
    const { body } = await admin('{ notes(where: {owner: {_eq: "big"}}) { id } }');
    expect(body).to.have.nested.property("errors[0].extensions.code", "not-supported");
    await admin('mutation { delete_notes(where: {owner: {_eq: "big"}}) { affected_rows } }');
  });
});
