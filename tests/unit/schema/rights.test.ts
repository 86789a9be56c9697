import { expect } from "chai";
import fc from "fast-check";
import { Operation } from "../../../infra/schema/right";
import { rightsOf } from "../../../infra/schema/rights";

type Fields = Record<string, unknown>;

const CANARY = "tuna7fish";
const OWN = { user_id: { _eq: "X-Hasura-User-Id" } };

function withTable(table: Fields, root: Fields = {}): Fields {
  const tables = [{ table: { schema: "public", name: "todos" }, ...table }];
  return { version: 3, sources: [{ name: "default", kind: "postgres", tables }], ...root };
}

const selecting = (byRole: Fields) => ({
  select_permissions: Object.entries(byRole).map(([role, permission]) => ({ role, permission })),
});
const ofRoles = (metadata: Fields) => rightsOf(metadata).filter(({ role }) => role !== "");

describe("the rights that metadata gives", () => {
  it("have one form, whatever the order of keys and entries", () => {
    const a = { columns: ["b", "a"], filter: OWN };
    const b = { filter: {}, columns: "*" };
    const one = rightsOf(withTable(selecting({ x: a, y: b })));
    const other = rightsOf(
      withTable(selecting({ y: { ...b }, x: { filter: OWN, columns: ["a", "b"] } })),
    );
    expect(JSON.stringify(one)).to.equal(JSON.stringify(other));
    expect(one.filter(({ role }) => role === "x")).to.deep.equal([
      {
        role: "x",
        object: "todos",
        operation: Operation.Select,
        columns: ["a", "b"],
        rows: "user_id = x-hasura-user-id",
      },
    ]);
  });

  it("do not depend on aliases", () => {
    const plain = withTable(selecting({ user: { columns: ["id"], filter: {} } }));
    const renamed = withTable({
      ...selecting({ user: { columns: ["id"], filter: {} } }),
      configuration: { custom_name: "tasks", column_config: { id: { custom_name: "key" } } },
    });
    expect(rightsOf(renamed)).to.deep.equal(rightsOf(plain));
  });

  it("of an inherited role are all that its parents have, and its own where it has some", () => {
    const metadata = withTable(
      selecting({
        a: { columns: ["a"], filter: OWN, limit: 5 },
        b: { columns: ["b"], filter: { open: { _eq: true } }, allow_aggregations: true },
      }),
      {
        inherited_roles: [
          { role_name: "both", role_set: ["a", "b"] },
          { role_name: "above", role_set: ["both", "above"] },
        ],
        actions: [{ name: "run", definition: {}, permissions: [{ role: "a" }, { role: "both" }] }],
      },
    );
    const united = {
      object: "todos",
      operation: Operation.Select,
      columns: ["a", "b"],
      rows: "(open = true) or (user_id = x-hasura-user-id)",
      aggregates: true,
    };
    const found = ofRoles(metadata);
    for (const role of ["both", "above"]) {
      const own = found.filter((it) => it.role === role);
      expect(own.find(({ object }) => object === "todos")).to.deep.equal({ role, ...united });
      expect(own.filter(({ operation }) => operation === Operation.Run)).to.have.length(1);
    }
  });

  it("of an inherited role have only the limits that all its parents have", () => {
    const metadata = withTable(
      selecting({
        a: { columns: "*", filter: {}, limit: 5, query_root_fields: ["select"] },
        b: { columns: ["b"], filter: OWN, limit: 9, computed_fields: ["age"] },
      }),
      { inherited_roles: [{ role_name: "both", role_set: ["a", "b"] }] },
    );
    const [both] = ofRoles(metadata).filter(({ role }) => role === "both");
    expect(both).to.deep.equal({
      role: "both",
      object: "todos",
      operation: Operation.Select,
      columns: ["*", "age()"],
      limit: 9,
    });
  });

  it("of no role are those of administrators alone", () => {
    const action = { name: "run", definition: { handler: "h" } };
    expect(ofRoles(withTable({}, { actions: [action] }))).to.deep.equal([]);
  });

  it("name every place of an unknown form", () => {
    const metadata = withTable(
      {
        ...selecting({ user: 5 }),
        insert_permissions: "all",
        update_permissions: [7, { permission: {} }],
        row_policies: {},
        delete_permissions: [{ role: "user", permission: { filter: {}, unless: {} } }],
      },
      { inherited_roles: [{ role_name: "x" }], later: 1 },
    );
    const odd = rightsOf(metadata).filter(({ operation }) => operation === Operation.Odd);
    expect(ofRoles(metadata).map(({ operation }) => operation)).to.deep.equal([Operation.Delete]);
    expect(odd.map(({ object }) => object)).to.deep.equal([
      "inherited_roles[0].role_set",
      "later",
      "sources[0].tables[0].delete_permissions[0].permission.unless",
      "sources[0].tables[0].insert_permissions",
      "sources[0].tables[0].row_policies",
      "sources[0].tables[0].select_permissions[0]",
      "sources[0].tables[0].update_permissions[0]",
      "sources[0].tables[0].update_permissions[1]",
    ]);
  });

  it("tell a change of what they do not show", () => {
    const asking = (sql: string) => ({
      sources: [{ name: "default", native_queries: [{ root_field_name: "q", code: sql }] }],
    });
    expect(rightsOf(asking("select 1"))).to.not.deep.equal(rightsOf(asking("select 2")));
  });
});

describe("the rights that a metadata of secrets gives", () => {
  const headers = [
    { name: "X-Key", value: CANARY },
    { name: "X-Env", value_from_env: "KEY" },
  ];
  const url = `https://me:${CANARY}@a.example/?key=${CANARY}`;
  const transform = { version: 2, request_headers: { add_headers: { "X-Key": CANARY } } };
  const places: [string, Fields][] = [
    [
      "a source",
      { sources: [{ name: "s", configuration: { connection_info: { database_url: url } } }] },
    ],
    [
      "its parameters",
      { sources: [{ name: "s", configuration: { connection_parameters: { password: CANARY } } }] },
    ],
    ["an event trigger", withTable({ event_triggers: [{ name: "e", webhook: url, headers }] })],
    [
      "what checks input",
      withTable({
        insert_permissions: [
          {
            role: "a",
            permission: { check: {}, validate_input: { definition: { url, headers } } },
          },
        ],
      }),
    ],
    [
      "a preset",
      withTable({ insert_permissions: [{ role: "a", permission: { set: { a: CANARY } } }] }),
    ],
    [
      "an action",
      {
        actions: [
          { name: "a", definition: { handler: url, headers, request_transform: transform } },
        ],
      },
    ],
    ["a remote schema", { remote_schemas: [{ name: "r", definition: { url, headers } }] }],
    [
      "a cron trigger",
      { cron_triggers: [{ name: "c", webhook: url, payload: { a: CANARY }, headers }] },
    ],
    ["telemetry", { opentelemetry: { exporter_otlp: { otlp_traces_endpoint: url, headers } } }],
  ];
  for (const [place, metadata] of places) {
    it(`hold none of ${place}`, () => {
      const text = JSON.stringify(rightsOf(metadata));
      expect(text).to.not.include(CANARY);
      expect(rightsOf(metadata)).to.not.have.length(0);
    });
  }
});

describe("odd metadata", () => {
  it("never throws, and gives the same rights again", () => {
    const keys = fc.constantFrom(
      ...["sources", "tables", "select_permissions", "permission", "role", "filter", "columns"],
      ...["actions", "definition", "remote_schemas", "schema", "permissions", "inherited_roles"],
      ...["role_set", "custom_types", "objects", "functions", "configuration", "__proto__", "_and"],
    );
    const { any } = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 6 },
        fc.jsonValue({ maxDepth: 1 }),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(keys, tie("any"), { maxKeys: 5 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, any), (metadata) => {
        const rights = rightsOf(metadata);
        expect(JSON.parse(JSON.stringify(rights))).to.deep.equal(rights);
        expect(rightsOf(metadata)).to.deep.equal(rights);
      }),
    );
  });

  it("may be deeper than any engine reads", () => {
    let filter: Fields = {};
    for (let depth = 0; depth < 100_000; depth += 1) filter = { _not: filter };
    expect(rightsOf(withTable(selecting({ user: { columns: ["a"], filter } })))).to.not.have.length(
      0,
    );
  });
});
