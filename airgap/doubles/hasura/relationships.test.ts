import { expect } from "chai";
import { Client } from "pg";
import { ADMIN_SECRET, expectGraphqlError, startTestEngine, type TestEngine } from "./testEngine";
import { trackLists } from "./testLists";

const ADMIN = { "x-hasura-admin-secret": ADMIN_SECRET };
const USER = { ...ADMIN, "x-hasura-role": "user", "x-hasura-org-id": "org_1" };
const OTHER = { ...USER, "x-hasura-org-id": "org_2" };
const CLOSED = { ...ADMIN, "x-hasura-role": "closed" };

describe("Hasura double: relationships in GraphQL", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
    await trackLists(engine);
  });
  after(() => engine?.stop());

  const answered: [what: string, headers: Record<string, string>, query: string, data: object][] = [
    [
      "an object, also through two tables",
      ADMIN,
      '{ items(where: {title: {_eq: "w"}}) { list { title org { name } } } }',
      { items: [{ list: { title: "c", org: { name: "Two" } } }] },
    ],
    [
      "null for an object that is not there",
      ADMIN,
      "{ notices(order_by: {id: asc}) { list { title } } items_by_pk(id: 1) { parent { id } } }",
      { notices: [{ list: { title: "b" } }, { list: null }], items_by_pk: { parent: null } },
    ],
    [
      "an array with arguments of its own, and an empty one",
      ADMIN,
      `{ lists(order_by: {id: asc}) {
        items(where: {title: {_neq: "z"}}, order_by: {title: desc}, limit: 1, offset: 1) { title } } }`,
      { lists: [{ items: [{ title: "x" }] }, { items: [] }, { items: [] }] },
    ],
    [
      "one relationship under two names, a fragment, a variable's default and a directive",
      ADMIN,
      `query ($no: Boolean = false, $few: Int = 1) { lists_by_pk(id: 1) {
        ...some all: items(order_by: {id: asc}) { id } none: items @include(if: $no) { id } } }
        fragment some on lists { few: items(limit: $few, order_by: {id: asc}) { title } }`,
      { lists_by_pk: { few: [{ title: "x" }], all: [{ id: 1 }, { id: 2 }, { id: 3 }] } },
    ],
    [
      "a table to itself",
      ADMIN,
      "{ items_by_pk(id: 1) { parts { title parent { title } } } }",
      { items_by_pk: { parts: [{ title: "y", parent: { title: "x" } }] } },
    ],
    [
      "counts and nodes of an array",
      ADMIN,
      `{ lists(order_by: {id: asc}, limit: 1) { items_aggregate(where: {title: {_gt: "x"}}) {
        aggregate { count sized: count(columns: size) } nodes { title list { id } } } } }`,
      {
        lists: [
          {
            items_aggregate: {
              aggregate: { count: 2, sized: 1 },
              nodes: [
                { title: "y", list: { id: 1 } },
                { title: "z", list: { id: 1 } },
              ],
            },
          },
        ],
      },
    ],
    [
      "a filter through an object and through an array",
      ADMIN,
      `{ items(where: {list: {org: {name: {_eq: "Two"}}}}) { title }
        lists(where: {_not: {items: {}}}) { id } }`,
      { items: [{ title: "w" }], lists: [{ id: 2 }] },
    ],
    [
      "an order by an object's column",
      ADMIN,
      "{ items(order_by: [{list: {org: {name: desc}}}, {title: desc}], limit: 2) { title } }",
      { items: [{ title: "w" }, { title: "z" }] },
    ],
    [
      "only rows that the role may read of both tables",
      USER,
      "{ lists { title items(order_by: {id: asc}) { title } } }",
      { lists: [{ title: "b", items: [{ title: "x" }, { title: "y" }, { title: "z" }] }] },
    ],
    [
      "other rows to another organization",
      OTHER,
      "{ lists { title items_aggregate { aggregate { count } } } items { title } }",
      {
        lists: [{ title: "c", items_aggregate: { aggregate: { count: 1 } } }],
        items: [{ title: "w" }],
      },
    ],
    [
      "nothing by a filter on rows that the role may not read",
      USER,
      '{ items(where: {list: {title: {_eq: "c"}}}) { id } lists(where: {items: {title: {_eq: "w"}}}) { id } }',
      { items: [], lists: [] },
    ],
    [
      "rows while another table has one, by _exists of a permission",
      USER,
      "{ notices(order_by: {id: asc}) { body } }",
      { notices: [{ body: "kept" }, { body: "lost" }] },
    ],
    ["no rows while it has none", OTHER, "{ notices { body } }", { notices: [] }],
  ];
  for (const [what, headers, query, data] of answered) {
    it(`answers ${what}`, async () => {
      const { body } = await engine.graphql(query, headers);
      expect(body).to.deep.equal({ data });
    });
  }

  const refused: [
    what: string,
    headers: Record<string, string>,
    query: string,
    message: string,
    path: string,
  ][] = [
    [
      "a relationship to a table that the role may not read",
      CLOSED,
      "{ lists { org { id } } }",
      "field 'org' not found in type: 'lists'",
      "$.selectionSet.lists.selectionSet.org",
    ],
    [
      "an aggregate that the role may not have",
      CLOSED,
      "{ lists { items_aggregate { nodes { id } } } }",
      "field 'items_aggregate' not found in type: 'lists'",
      "$.selectionSet.lists.selectionSet.items_aggregate",
    ],
    [
      "a null comparison further down",
      ADMIN,
      "{ lists { items(where: {list: {id: {_eq: null}}}) { id } } }",
      "unexpected null value for type 'Int'",
      "$.selectionSet.lists.selectionSet.items.args.where.list.id._eq",
    ],
    [
      "a nested insert",
      ADMIN,
      "mutation { insert_lists_one(object: {id: 9, items: {data: []}}) { id } }",
      'Field "items" is not defined by type "lists_insert_input".',
      "$",
    ],
  ];
  for (const [what, headers, query, message, path] of refused) {
    it(`refuses ${what}`, async () => {
      expectGraphqlError(await engine.graphql(query, headers), "validation-failed", message, path);
    });
  }

  it("asks the database once, however deep and wide a query is", async () => {
    const asked: string[] = [];
    const { query } = Client.prototype;
    Client.prototype.query = function (this: Client, ...args: unknown[]) {
      asked.push(String(args[0]));
      return Reflect.apply(query, this, args);
    };
    try {
      const { body } = await engine.graphql("{ lists { items { list { items { id } } } } }");
      expect(body).to.have.nested.property("data.lists[0].items[2].list.items[2].id", 3);
    } finally {
      Client.prototype.query = query;
    }
    expect(asked.filter((text) => text.includes('"items"'))).to.have.lengthOf(1);
  });

  it("checks inserts through relationships, and returns what they lead to after the change", async () => {
    const insert = (list: number) =>
      engine.graphql(
        `mutation { insert_items(objects: [{list_id: ${list}, title: "new"}]) {
          returning { size list { items(order_by: {id: desc}, limit: 1) { title } } } } }`,
        USER,
      );
    expect((await insert(1)).body).to.deep.equal({
      data: { insert_items: { returning: [{ size: null, list: { items: [{ title: "new" }] } }] } },
    });
    expectGraphqlError(
      await insert(3),
      "permission-error",
      "check constraint of an insert/update permission has failed",
      "$.selectionSet.insert_items.args.objects",
    );
  });

  it("returns what a deleted row led to", async () => {
    const { body } = await engine.graphql(
      'mutation { delete_items(where: {title: {_eq: "new"}}) { affected_rows returning { list { title } } } }',
      USER,
    );
    expect(body).to.deep.equal({
      data: { delete_items: { affected_rows: 1, returning: [{ list: { title: "b" } }] } },
    });
  });

  it("shows an object as sure to be there only where no filter can hide it", async () => {
    const query = `{ __type(name: "items") { fields { name type { kind } } } }`;
    const kindOf = async (headers: Record<string, string>) => {
      const { text } = await engine.graphql(query, headers);
      return /"name":"list","type":\{"kind":"(\w+)"/.exec(text)?.[1];
    };
    expect([await kindOf(ADMIN), await kindOf(USER)]).to.deep.equal(["NON_NULL", "OBJECT"]);
  });
});
