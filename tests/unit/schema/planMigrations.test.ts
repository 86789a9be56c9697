import { createHash } from "node:crypto";
import { expect } from "chai";
import { type MigrationPlan, planMigrations } from "../../../infra/schema/planMigrations";
import type { Migration } from "../../../infra/schema/readSchema";
import type { MigrationRecord } from "../../../infra/schema/recordsSql";
import { ProblemList } from "../../../infra/validation/problems";

const sha = (text: string) => createHash("sha256").update(text).digest("hex");

function file(version: string, sql = `-- ${version}`): Migration {
  return { source: "default", version, name: `m${version}`, sql, checksum: sha(sql) };
}

function record(version: string, extra: Partial<MigrationRecord> = {}): MigrationRecord {
  return { version, name: `m${version}`, checksum: sha(`-- ${version}`), done: true, ...extra };
}

interface Given {
  files: Migration[];
  records?: MigrationRecord[];
  catalog?: string[];
  accept?: string[];
  objects?: number;
  appliedBefore?: boolean;
}

function planned(given: Given): { plan: MigrationPlan; problems: string[] } {
  const { files, records = [], catalog = [], accept = [] } = given;
  const problems = new ProblemList();
  const source = { name: "default", configuration: {}, migrations: files, seeds: [] };
  const state = {
    records: { holder: "me", migrations: records, seeds: {}, objects: given.objects ?? 1 },
    catalog,
    appliedBefore: given.appliedBefore ?? false,
  };
  const plan = planMigrations(source, state, accept, problems);
  return { plan, problems: problems.list().map(({ path, reason }) => `${path} ${reason}`) };
}

type Step = Pick<MigrationPlan, "startOver" | "forget"> &
  Record<"heal" | "record" | "pending", string[]>;

function stepsOf({ startOver, forget, ...plan }: MigrationPlan): Step {
  const versions = (of: Migration[]) => of.map(({ version }) => version);
  const { heal, record, pending } = plan;
  return {
    startOver,
    forget,
    heal: versions(heal),
    record: versions(record),
    pending: versions(pending),
  };
}

const NOTHING: Step = { startOver: false, forget: [], heal: [], record: [], pending: [] };
const ROWS: [what: string, given: Given, expected: Partial<Step>][] = [
  [
    "runs all in a new database",
    { files: [file("1"), file("2")], objects: 0 },
    { pending: ["1", "2"] },
  ],
  ["does nothing again", { files: [file("1")], records: [record("1")], catalog: ["1"] }, {}],
  [
    "runs what was added",
    { files: [file("1"), file("2")], records: [record("1")], catalog: ["1"] },
    { pending: ["2"] },
  ],
  [
    "tells the catalog what a killed job applied",
    { files: [file("1"), file("2")], records: [record("1"), record("2")], catalog: ["1"] },
    { heal: ["2"] },
  ],
  [
    "takes over what was applied by hand",
    { files: [file("1"), file("2")], records: [record("1")], catalog: ["1", "2"] },
    { record: ["2"] },
  ],
  [
    "takes over a project that was migrated by hand alone",
    { files: [file("1"), file("2")], catalog: ["1"] },
    { record: ["1"], pending: ["2"] },
  ],
  [
    "starts over in a database that has nothing",
    { files: [file("1")], catalog: ["1"], objects: 0, appliedBefore: true },
    { startOver: true, pending: ["1"] },
  ],
  [
    "knows a statement outside a transaction as done once the catalog has it",
    { files: [file("1")], records: [record("1", { done: false })], catalog: ["1"] },
    { record: ["1"] },
  ],
  [
    "runs one again that was interrupted, where that is accepted",
    { files: [file("1")], records: [record("1", { done: false })], accept: ["1"] },
    { pending: ["1"] },
  ],
  [
    "takes an accepted edit as the content that was applied",
    { files: [file("1", "other")], records: [record("1")], catalog: ["1"], accept: ["1"] },
    { record: ["1"] },
  ],
  [
    "forgets what was removed, where that is accepted",
    { files: [], records: [record("1")], catalog: ["1"], accept: ["1"] },
    { forget: ["1"] },
  ],
  [
    "runs what was inserted late, where that is accepted",
    { files: [file("1"), file("2")], records: [record("2")], catalog: ["2"], accept: ["1"] },
    { pending: ["1"] },
  ],
  [
    "compares versions as numbers",
    { files: [file("9"), file("10")], records: [record("9")], catalog: ["9"] },
    { pending: ["10"] },
  ],
];

const REFUSED: [what: string, given: Given, problems: string[]][] = [
  [
    "an edited file",
    { files: [file("1", "other")], records: [record("1")], catalog: ["1"] },
    [
      'migrations/default/1_m1 was edited after it was applied; restore the file, write a new migration, or list "1" in schema.accept',
    ],
  ],
  [
    "a removed folder",
    { files: [], records: [record("1")], catalog: ["1"] },
    [
      'migrations/default/1_m1 was applied, but its folder was removed; restore the folder, or list "1" in schema.accept',
    ],
  ],
  [
    "a late insertion",
    { files: [file("1"), file("2")], records: [record("2")], catalog: ["2"] },
    [
      'migrations/default/1_m1 was inserted below 2, which was applied already; give it a later version, or list "1" in schema.accept',
    ],
  ],
  [
    "an interrupted statement outside a transaction",
    { files: [file("1")], records: [record("1", { done: false })] },
    [
      'migrations/default/1_m1 was started outside a transaction and was interrupted; drop what it left behind, such as an invalid index, and list "1" in schema.accept to run it again',
    ],
  ],
  [
    "a database that was replaced by one with tables",
    { files: [file("1")], catalog: ["1"], appliedBefore: true },
    [
      'migrations/default were applied to another database: this one has tables, but no record of a migration; restore the database of source "default", or empty this one to start over',
    ],
  ],
];

describe("the plan of migrations", () => {
  for (const [what, given, expected] of ROWS) {
    it(what, () => {
      const { plan, problems } = planned(given);
      expect(problems).to.deep.equal([]);
      expect(stepsOf(plan)).to.deep.equal({ ...NOTHING, ...expected });
    });
  }

  for (const [what, given, expected] of REFUSED) {
    it(`refuses ${what}`, () => {
      expect(planned(given).problems).to.deep.equal(expected);
    });
  }
});
