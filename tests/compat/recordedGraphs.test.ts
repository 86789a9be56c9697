import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type Registration, recordGraph } from "../support/recordGraph";
import { EXAMPLE_PROGRAMS } from "./examplePrograms";
import { checkRecord, readRecord, writeRecord } from "./graphRecord";
import { normalGraph } from "./normalGraph";
import { exampleFolders, recordExample } from "./recordExample";
import { lastRelease } from "./upgradeNotes";

const RECORDS = join(__dirname, "golden");
const RECORDING = process.env.RECORD_GRAPHS === "1";

type Program = [name: string, record: () => Promise<Registration[]>];

const programs: Program[] = [
  ...exampleFolders().map((name): Program => [name, () => recordExample(name)]),
  ...Object.entries(EXAMPLE_PROGRAMS).map(
    ([name, build]): Program => [name, () => recordGraph(build)],
  ),
];

function recordOf(name: string): string {
  return join(RECORDS, `${name}.json`);
}

describe("recorded graphs", () => {
  for (const [name, record] of programs) {
    it(`of ${name} have not changed`, async () => {
      const now = normalGraph(await record());
      if (RECORDING) writeRecord(recordOf(name), now, { release: lastRelease() });
      else checkRecord(name, recordOf(name), now);
    });
  }

  it("are one for each folder of examples that holds a program", () => {
    const folders = exampleFolders();
    expect(folders).to.include.members(["minimal", "externalPostgres", "hasuraCloud"]);
    expect(readdirSync(RECORDS)).to.include.members(folders.map((name) => `${name}.json`));
    for (const name of folders) {
      // A setting that is refused late leaves a component without children, and mocks say nothing of it.
      expect(readFileSync(recordOf(name), "utf8"), name).to.match(
        /"urn": "clerk-hasura:index:.*(container:Container|clerkHasura:CloudEnvironment)::/,
      );
    }
  });

  it("are those of these programs and no others, each by a name of its own", () => {
    const names = programs.map(([name]) => `${name}.json`);
    expect(readdirSync(RECORDS).sort()).to.deep.equal(names.sort());
  });

  it("are of the newest release; RECORD_GRAPHS=1 makes them that", () => {
    for (const [name] of programs) {
      expect(readRecord(recordOf(name))?.release, name).to.equal(lastRelease());
    }
  });

  it("hold no secret, neither a given one nor a generated one", () => {
    const text = programs.map(([name]) => readFileSync(recordOf(name), "utf8")).join("\n");
    expect(text).to.include('"[secret]"');
    expect(text).to.not.match(
      /generated-|configured-|aaaaaaaa|sk_test_|"payment"|"password": "(?!\[secret)|PRIVATE KEY|4dabf18193072939/,
    );
  });
});
