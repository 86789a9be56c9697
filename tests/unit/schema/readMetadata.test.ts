import { expect } from "chai";
import { DATABASES, databases, type Files, soundSchema, TABLES, TODOS } from "./madeFolder";

const todos = { name: "todos", schema: "public" };

/** The tables of the first source. */
function tablesOf(changes: Files): unknown {
  const [first] = soundSchema(changes).metadata.sources as Record<string, unknown>[];
  return first?.tables;
}

describe("includes", () => {
  const TAGGED = databases("tables: !include default/tables/tables.yaml");
  const rows: [what: string, changes: Files][] = [
    ["as text", {}],
    ["as tags", { [DATABASES]: TAGGED, [TABLES]: "- !include public_todos.yaml\n" }],
    [
      "in part",
      { [DATABASES]: databases('tables: ["!include default/tables/public_todos.yaml"]') },
    ],
    [
      "not at all",
      { [DATABASES]: databases("tables: [{ table: { name: todos, schema: public } }]") },
    ],
    [
      "below a table",
      {
        [TODOS]: "table: !include name.yaml",
        "metadata/databases/default/tables/name.yaml": "{ name: todos, schema: public }",
      },
    ],
    [
      "of a name with a space",
      {
        [TABLES]: '- "!include public my todos.yaml"',
        "metadata/databases/default/tables/public my todos.yaml":
          "table: { name: todos, schema: public }",
      },
    ],
    [
      "of a file beside metadata",
      {
        [TABLES]: "- !include ../../../../shared/todos.yaml",
        "shared/todos.yaml": "table: { name: todos, schema: public }",
      },
    ],
    ["with anchors", { [TODOS]: "table: { <<: &a { name: todos }, schema: public }" }],
  ];
  for (const [what, changes] of rows) {
    it(`come to the same document ${what}`, () => {
      expect(tablesOf(changes)).to.deep.equal([{ table: todos }]);
    });
  }

  it("are followed under functions, too", () => {
    const schema = soundSchema({
      [DATABASES]: databases('functions: "!include default/functions/functions.yaml"'),
      "metadata/databases/default/functions/functions.yaml": '- "!include public_search.yaml"',
      "metadata/databases/default/functions/public_search.yaml": "function: search",
    });
    const [first] = schema.metadata.sources as Record<string, unknown>[];
    expect(first?.functions).to.deep.equal([{ function: "search" }]);
  });
});

describe("the other files of metadata", () => {
  const part = (name: string, content: string) => {
    const { metadata } = soundSchema({ [`metadata/${name}`]: content });
    const { version: _version, sources: _sources, ...rest } = metadata;
    return rest;
  };

  it("are sent under their keys", () => {
    expect(part("allow_list.yaml", "- collection: a")).to.deep.equal({
      allowlist: [{ collection: "a" }],
    });
    expect(part("inherited_roles.yaml", "- role_name: a\n  role_set: [b, c]")).to.deep.equal({
      inherited_roles: [{ role_name: "a", role_set: ["b", "c"] }],
    });
  });

  it("keep a date as text", () => {
    expect(part("cron_triggers.yaml", "- name: a\n  payload: { since: 2026-01-01 }")).to.deep.equal(
      {
        cron_triggers: [{ name: "a", payload: { since: "2026-01-01" } }],
      },
    );
  });

  it("are sent or left out where they are empty, as the CLI does", () => {
    for (const [name, content, sent] of [
      ["allow_list", "[]", { allowlist: [] }],
      ["cron_triggers", "", { cron_triggers: [] }],
      ["remote_schemas", "[]", { remote_schemas: [] }],
      ["query_collections", "[]", { query_collections: [] }],
      ["inherited_roles", "[]", { inherited_roles: [] }],
      ["rest_endpoints", "[]", {}],
      ["metrics_config", "{}", {}],
      ["backend_configs", "{}", {}],
      ["network", "{}", { network: {} }],
      ["api_limits", "", { api_limits: {} }],
      ["opentelemetry", "{}", { opentelemetry: {} }],
      [
        "graphql_schema_introspection",
        "{}",
        { graphql_schema_introspection: { disabled_for_roles: [] } },
      ],
    ] as const) {
      expect(part(`${name}.yaml`, content), name).to.deep.equal(sent);
    }
  });

  it("hold actions whose SDL declares them, and nothing where none is defined", () => {
    const SDL = `
      """Of type Query { shown: Int }"""
      type Mutation {
        login(input: LoginInput! = { a: "(" }): Token @deprecated(reason: "x: y")
      }
      extend type Query { whoAmI: User }`;
    const yaml =
      "actions:\n- name: login\n- name: whoAmI\ncustom_types:\n  objects:\n  - name: Token\n";
    const files = { "metadata/actions.graphql": SDL, "metadata/actions.yaml": yaml };
    expect(soundSchema(files).metadata).to.deep.include({
      actions: [{ name: "login" }, { name: "whoAmI" }],
      custom_types: { objects: [{ name: "Token" }] },
    });
    const none =
      "actions: []\ncustom_types: { enums: [], input_objects: [], objects: [], scalars: [] }";
    expect(part("actions.yaml", none)).to.deep.equal({});
  });
});
