import { expect } from "chai";
import { ADMIN_SECRET, startTestEngine, type TestEngine } from "./testEngine";
import { trackLists } from "./testLists";

const SECRET = { "x-hasura-admin-secret": ADMIN_SECRET };
const USER = { ...SECRET, "x-hasura-role": "user", "x-hasura-org-id": "org_1" };

describe("Hasura double: on_conflict", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine();
    await trackLists(engine);
  });
  after(() => engine?.stop());

  const upsert = async (object: string, options: string) => {
    const { body } = await engine.graphql(
      `mutation { insert_items_one(object: {${object}},
        on_conflict: {constraint: items_list_id_title_key, ${options}}) { id } }`,
      USER,
    );
    return body;
  };

  const changed: [what: string, object: string, options: string, row: { id: number } | null][] = [
    ["inserts where nothing is in the way", 'list_id: 2, title: "a"', "", { id: 5 }],
    ["changes nothing where no column is named", 'list_id: 1, title: "x"', "", null],
    ["changes the row that is there", 'list_id: 1, title: "x"', "update_columns: title", { id: 1 }],
    [
      "leaves a row alone that `where` does not fit",
      'list_id: 1, title: "x"',
      'update_columns: title, where: {title: {_eq: "y"}}',
      null,
    ],
  ];
  for (const [what, object, options, row] of changed) {
    it(what, async () => {
      expect(await upsert(object, options)).to.deep.equal({ data: { insert_items_one: row } });
    });
  }

  it("checks a new row as an insert, and one that was there as an update", async () => {
    const insert = (list: number) =>
      upsert(`list_id: ${list}, title: "refused"`, "update_columns: title");
    expect(await insert(1)).to.have.nested.property("data.insert_items_one.id");
    for (const list of [1, 3]) {
      expect(await insert(list)).to.have.nested.property(
        "errors[0].extensions.code",
        "permission-error",
      );
    }
  });

  it("offers no column to a role without update permission", async () => {
    await engine.metadata("pg_drop_update_permission", { table: "items", role: "user" });
    const query = '{ __type(name: "items_update_column") { enumValues { name } } }';
    expect((await engine.graphql(query, USER)).body).to.deep.equal({
      data: { __type: { enumValues: [{ name: "_PLACEHOLDER" }] } },
    });
  });
});
