import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { CONTENT, LAYOUT, NAMES } from "./badLayouts";
import { ACTION_ROWS, INCLUDES, SOURCES, YAML } from "./badMetadata";
import { DATABASES, madeFolder, reading, UP } from "./madeFolder";

const MIGRATIONS = "migrations/default";
const KINDS = { LAYOUT, NAMES, CONTENT, YAML, SOURCES, INCLUDES, ACTIONS: ACTION_ROWS };

describe("a folder that is not sound", () => {
  for (const [kind, rows] of Object.entries(KINDS)) {
    for (const [what, changes, line] of rows) {
      it(`gives one clear line: ${kind.toLowerCase()}, ${what}`, () => {
        const { schema, lines } = reading(madeFolder(changes));
        expect(lines, lines.join("\n")).to.have.length(1);
        expect(lines[0]).to.satisfy((text: string) => text.startsWith(line), `${lines[0]}`);
        expect(lines[0]).to.not.match(/canary|[\r\n]/i);
        expect(schema).to.equal(undefined);
      });
    }
  }

  it("is told with all its problems at once", () => {
    const { lines } = reading(
      madeFolder({
        "config.yaml": "version: 2",
        [DATABASES]: null,
        [UP]: "",
        "metadata/actions.graphql": "\uFEFF",
      }),
    );
    expect(lines.map((line) => line.split(":")[0])).to.deep.equal([
      "config.yaml",
      DATABASES,
      "metadata/actions.graphql",
      UP,
    ]);
  });

  it("is one that is missing, or a file", () => {
    const root = madeFolder();
    expect(reading(join(root, "nowhere")).lines[0]).to.match(/^schema\.path: "\S+" is missing; a/);
    expect(reading(join(root, "config.yaml")).lines[0]).to.match(/^schema\.path: "\S+" is a file;/);
  });

  it("is one that is too large as a whole, which is said once", () => {
    const large = `SELECT 1;${"-".repeat(9 * 1024 * 1024)}`;
    const more = [1, 2, 3, 4, 5].map((it) => [`${MIGRATIONS}/${it}_a/up.sql`, large]);
    const root = madeFolder(Object.fromEntries(more));
    expect(reading(root).lines).to.deep.equal([
      `${root}: holds more than 32 MB; allowed: up to 32 MB; load large data in another way`,
    ]);
  });

  it("has a link that leads out of it, or nowhere", () => {
    const root = madeFolder();
    symlinkSync(madeFolder(), join(root, "migrations/default/1_other"));
    symlinkSync("nothing", join(root, "migrations/default/2_other"));
    expect(reading(root).lines).to.deep.equal([
      `${MIGRATIONS}/1_other: is a link that leads out of the folder; copy the file instead`,
      `${MIGRATIONS}/2_other: cannot be read; correct its link or its permissions, or remove it`,
    ]);
  });

  it("has files in place of folders", () => {
    const root = madeFolder({ seeds: "" });
    expect(reading(root).lines).to.deep.equal(["seeds: is a file; a folder is required"]);
    rmSync(join(root, "seeds"));
    mkdirSync(join(root, "seeds"));
    expect(reading(root).lines).to.deep.equal([]);
  });
});
