import { expect } from "chai";
import { migrationChanges, pendingMigrations } from "../judge/migrationChanges";
import { Action, type Properties } from "../read/preview";
import { metadataOf, remarkText, schemaChange } from "./metadata";
import { changeOf, state } from "./previews";

const NONE = metadataOf({});

function told(old: Properties, later: Properties): string[] {
  return migrationChanges(schemaChange(NONE, NONE, { old, new: later })).map(remarkText);
}

describe("what a report tells of migrations", () => {
  const rows: [title: string, old: Properties, later: Properties, ...expected: string[]][] = [
    ["none that ran", { "default/1_a": "sha256:a" }, { "default/1_a": "sha256:a" }],
    ["a new one", {}, { "default/1_a": "sha256:a" }, "`default/1_a` will run."],
    [
      "new ones in the order of their numbers",
      {},
      { "default/10_b": "sha256:b", "default/9_a": "sha256:a" },
      "`default/9_a` will run.",
      "`default/10_b` will run.",
    ],
    [
      "one that loses data",
      {},
      { "default/1_a": "sha256:a; loses data: drops column email of public.users" },
      "Data loss: `default/1_a` will run; it `drops column email of public.users`.",
    ],
    [
      "an edited one",
      { "default/1_a": "sha256:a" },
      { "default/1_a": "sha256:b" },
      "`default/1_a` was edited after it ran, and does not run again.",
    ],
    [
      "one whose loss is told in other words",
      { "default/1_a": "sha256:a; loses data: drops table a" },
      { "default/1_a": "sha256:a; loses data: drops table public.a" },
    ],
    [
      "a removed one",
      { "default/1_a": "sha256:a" },
      {},
      "`default/1_a` is no longer in the folder; what it did stays.",
    ],
    [
      "a name that looks like a credential",
      {},
      { "default/sk_live_abc": "sha256:a; loses data: drops sk_live_abc" },
      "Data loss: `not shown` will run; it `not shown`.",
    ],
  ];
  for (const [title, old, later, ...expected] of rows) {
    it(`is ${title}`, () => {
      expect(told(old, later)).to.deep.equal(expected);
    });
  }

  it("is nothing where the schema is given up, or the resource is another", () => {
    const migrations = { "default/1_a": "sha256:a" };
    const gone = schemaChange(NONE, NONE, { old: migrations });
    expect(migrationChanges({ ...gone, action: Action.Delete })).to.deep.equal([]);
    expect(pendingMigrations(changeOf({ new: state({ migrations }) }))).to.deep.equal([]);
  });
});
