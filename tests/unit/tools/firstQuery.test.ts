import { expect } from "chai";
import { firstQuery } from "../../../tools/commands/firstQuery";

const OWN = { user_id: { _eq: "X-Hasura-User-Id" } };
const ANY_SCHEMA = "{ __typename }";

interface Given {
  columns?: unknown;
  filter?: unknown;
  role?: string;
  table?: Record<string, unknown>;
  permission?: Record<string, unknown>;
}

/** Metadata of a table that the role `user` may read, but for what is given. */
function tableOf(name: string, given: Given = {}) {
  const { columns = ["id", "title"], filter = OWN, role = "user", table, permission } = given;
  return {
    table: { schema: "public", name },
    select_permissions: [{ role, permission: { columns, filter, ...permission } }],
    ...table,
  };
}

function queryOf(...tables: unknown[]): string {
  return firstQuery({ version: 3, sources: [{ name: "default", tables }] }, "user");
}

describe("the first query of a schema", () => {
  const cases: [string, unknown[], string][] = [
    ["asks for rows of the user's own", [tableOf("todos")], "{ todos { id title } }"],
    [
      "asks for three columns at most",
      [tableOf("todos", { columns: ["a", "b", "c", "d"] })],
      "{ todos { a b c } }",
    ],
    [
      "prefers rows of the user's own to rows of everybody",
      [tableOf("news", { filter: {} }), tableOf("todos")],
      "{ todos { id title } }",
    ],
    [
      "takes rows of everybody where there are no others",
      [tableOf("news", { filter: {} })],
      "{ news { id title } }",
    ],
    [
      "names the schema of a table beside public",
      [tableOf("todos", { table: { table: { schema: "shop", name: "todos" } } })],
      "{ shop_todos { id title } }",
    ],
    [
      "passes over what needs an organization in the token",
      [tableOf("lists", { filter: { org_id: { _eq: "X-Hasura-Org-Id" } } })],
      ANY_SCHEMA,
    ],
    ["passes over another role's table", [tableOf("todos", { role: "editor" })], ANY_SCHEMA],
    ["passes over columns without names", [tableOf("todos", { columns: "*" })], ANY_SCHEMA],
    [
      "passes over a table with another name in GraphQL",
      [tableOf("todos", { table: { configuration: { custom_name: "tasks" } } })],
      ANY_SCHEMA,
    ],
    [
      "passes over a table whose root fields are hidden",
      [tableOf("todos", { permission: { query_root_fields: [] } })],
      ANY_SCHEMA,
    ],
    ["never writes a name that a shell would read", [tableOf("to'; rm -rf .")], ANY_SCHEMA],
  ];
  for (const [what, tables, query] of cases) {
    it(what, () => {
      expect(queryOf(...tables)).to.equal(query);
    });
  }

  it("passes over a source whose names are customized", () => {
    const customization = { root_fields: { namespace: "shop" } };
    const sources = [{ name: "default", customization, tables: [tableOf("todos")] }];
    expect(firstQuery({ sources }, "user")).to.equal(ANY_SCHEMA);
  });

  it("works without metadata", () => {
    expect(firstQuery(undefined, "user")).to.equal(ANY_SCHEMA);
  });
});
