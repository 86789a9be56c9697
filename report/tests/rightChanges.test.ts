import { expect } from "chai";
import { rightChanges } from "../judge/rightChanges";
import { Action, type Preview, type Properties } from "../read/preview";
import {
  metadataOf,
  OWN,
  permissions,
  schemaChange,
  select,
  TEAM,
  textOf,
  toldOf,
  WHERE,
} from "./metadata";
import { changeOf, previewOf, state, UNKNOWN } from "./previews";

const NONE = metadataOf({});

describe("who may do what after a change", () => {
  it("tells nothing where only names, order or spelling change", () => {
    const filter = { _and: [TEAM, { user_id: "x-hasura-user-id" }] };
    const same = select({ columns: ["name", "id"], filter });
    const one = select({ columns: ["id", "name"], filter: { ...OWN, ...TEAM } });
    const renamed = { configuration: { custom_name: "people" } };
    const [source] = (same.sources as { tables: Properties[] }[]).map((it) => it.tables[0]);
    const after = metadataOf({ ...source, ...renamed });
    expect(toldOf(schemaChange(one, after))).to.deep.equal([]);
    expect(
      rightChanges(previewOf({ changes: [schemaChange(one, after)] })).rightRows,
    ).to.have.length(0);
  });

  it("takes each right of a new schema as new, and none of one that is given up as lost", () => {
    const created = schemaChange(undefined, select({}));
    expect(toldOf(created).join()).to.include("`user` may now read `id` of `profiles`");
    const gone = { ...schemaChange(select({}), NONE), action: Action.Delete };
    expect(toldOf(gone)).to.deep.equal([]);
  });

  it("says that rights may change where they are not known", () => {
    const known = schemaChange(NONE, NONE);
    expect(toldOf({ ...known, new: state({ rights: UNKNOWN }) })).to.deep.equal([
      "What roles may do may change; only the update will know.",
    ]);
  });

  it("puts what needs no token first, and what is lost last", () => {
    const before = select({}, "old");
    const after = metadataOf({
      ...permissions("select", {
        anonymous: { columns: ["id"], filter: {} },
        staff: { columns: ["id"], filter: {} },
        user: { columns: ["id"], filter: {} },
      }),
      is_enum: true,
    });
    const told = toldOf(schemaChange(before, after));
    const starts = [/^No token/, /^All rows/, /^`staff`/, /^The setting/, /no longer/];
    expect(told).to.have.length(starts.length);
    for (const [at, start] of starts.entries()) expect(told[at]).to.match(start);
  });

  it("shows a right before and after in a table", () => {
    const change = schemaChange(select({ limit: 5 }), select({ columns: "*", filter: {} }));
    const { rightRows } = rightChanges(previewOf({ changes: [change] }));
    expect(rightRows.map((row) => [row.right, row.before, row.after].map(textOf))).to.deep.equal([
      [
        "`user`, read `profiles`",
        `\`id\`; ${WHERE}; at most 5 rows in one query`,
        "every column, later ones too; all rows",
      ],
    ]);
  });

  it("names at most 12 columns", () => {
    const columns = Array.from({ length: 40 }, (_unused, at) => `c${at + 10}`);
    expect(toldOf(schemaChange(NONE, select({ columns })))[0]).to.match(
      /`c20`, `c21` and 28 more of/,
    );
  });

  it("shows no text that looks like a credential, and neither user info nor query", () => {
    const hidden = ["sk_live_abcdefgh", "A1b2C3d4E5f6A1b2C3d4E5f6A1b2C3d4"];
    for (const text of [...hidden, "https://me:s3cret@a.example", "https://a.example/?s3cret"]) {
      const told = toldOf(schemaChange(NONE, select({ filter: { a: text } }))).join();
      expect(told).to.include("`user` may now read");
      expect(told).to.not.match(/sk_live|A1b2|s3cret/);
    }
  });
});

describe("the roles of those who call", () => {
  const change = schemaChange(
    NONE,
    metadataOf(
      permissions("select", {
        guest: { columns: ["id"], filter: {} },
        member: { columns: ["id"], filter: {} },
      }),
    ),
  );
  const [GUEST, MEMBER] = ["guest", "member"].map(
    (role) => `\`${role}\` may now read \`id\` of \`profiles\`, of all rows.`,
  );
  const shape = JSON.stringify({ defaultRole: "member", allowedRoles: ["member"] });
  const probe = changeOf({
    chain: "pulumi-nodejs:dynamic/clerkHasura:Probe",
    name: "backend-probe",
    new: state({ tokenShape: shape, unauthorizedRole: "guest" }),
  });
  const engine = changeOf({ new: state({ envs: ["HASURA_GRAPHQL_UNAUTHORIZED_ROLE=guest"] }) });
  const both = [`No token needed: ${GUEST}`, `All rows: ${MEMBER}`];
  const rows: [string, Partial<Preview>, string[]][] = [
    ["the stack's check", { kept: [probe] }, both],
    ["a check that changes", { changes: [change, probe] }, both],
    [
      "the outputs and the engine",
      { kept: [engine], outputs: { new: { tokenShape: shape } } },
      both,
    ],
    ["nothing", {}, ["`guest` and `member` may now read `id` of `profiles`, of all rows."]],
  ];
  for (const [title, parts, expected] of rows) {
    it(`are read from ${title}`, () => {
      expect(toldOf(change, parts)).to.deep.equal(expected);
    });
  }

  const roles: [from: string, to: string, expected: string[]][] = [
    [
      "",
      "guest",
      ["No token needed: Requests without a token will run as `guest`; now, they are refused."],
    ],
    ["guest", "", ["Requests without a token will be refused; now, they run as `guest`."]],
    [
      "a",
      "b",
      ["No token needed: Requests without a token will run as `b`; now, they run as `a`."],
    ],
    ["guest", "guest", []],
    ["guest", UNKNOWN, []],
  ];
  for (const [from, to, expected] of roles) {
    it(`are told where they change from "${from}" to "${to}"`, () => {
      const changed = {
        ...probe,
        old: state({ unauthorizedRole: from }),
        new: state({ unauthorizedRole: to }),
      };
      expect(toldOf(changed)).to.deep.equal(expected);
    });
  }

  it("are none without a token where the stack refuses those", () => {
    const refusing = { ...probe, new: state({ tokenShape: shape }) };
    const open = schemaChange(NONE, select({}, "anonymous"));
    expect(toldOf(open, { kept: [refusing] })[0]).to.match(/^`anonymous` may now/);
  });
});
