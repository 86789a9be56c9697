import { expect } from "chai";
import { frameSql, shownStatement, sqlText } from "../../../infra/schema/frameSql";

describe("a text in SQL", () => {
  const rows: [text: string, sql: string][] = [
    ["plain", "'plain'"],
    ["it's", "'it''s'"],
    ["a\\b'c", " E'a\\\\b''c'"],
  ];
  for (const [text, sql] of rows) {
    it(`is ${sql}`, () => expect(sqlText(text)).to.equal(sql));
  }
});

describe("the frame of a file", () => {
  const frame = { holder: "host, process 1" };

  it("checks the lease first and records last", () => {
    const [first, ...rest] = frameSql("create table a ();", frame, "insert 1;").split("\n");
    expect(first).to.match(/where holder = 'host, process 1' for update; if not found then raise/);
    expect(rest).to.deep.equal(["create table a ();", ";reset role;", "insert 1;", ""]);
  });

  it("ends a comment and a statement that the file leaves open", () => {
    expect(frameSql("select 1 -- last", frame, "insert 1;")).to.include(
      "\nselect 1 -- last\n;reset role;\n",
    );
  });

  it("runs as the owner, whatever the role is called", () => {
    const [first] = frameSql("select 1", { ...frame, ownerRole: 'app"owner' }, "").split("\n");
    expect(first).to.match(/ set local role "app""owner";$/);
  });
});

describe("a statement as an error shows it", () => {
  const rows: [sql: string, shown: string][] = [
    ["insert into a\n  values ('se''cret', 1)", "insert into a values ('…', 1)"],
    ["do $x$ begin 'a' end $x$", "do '…'"],
    ["select $$a$$, $b$c$b$", "select '…', '…'"],
    [
      "insert -- Clerk's id\n /* it's */ into \"it's\" values ('x', E'a\\'b', 'y')",
      "insert into \"it's\" values ('…', '…', '…')",
    ],
    [`select ${"a".repeat(200)}`, `select ${"a".repeat(153)}…`],
  ];
  for (const [sql, shown] of rows) {
    it(`is ${shown.slice(0, 40)}`, () => expect(shownStatement(sql)).to.equal(shown));
  }
});
