import { expect } from "chai";
import { checkRelease } from "../../../tools/release/checkRelease";
import { GitRepository } from "../../support/gitRepository";

const SCHEMA = `${JSON.stringify({ name: "shop", version: "0.2.0" }, undefined, 2)}\n`;
const STATE = "tests/compat/state/0.2.0.json";

const json = (value: unknown) => JSON.stringify(value);

/** A checkout that may be released. */
const SOUND: Readonly<Record<string, string>> = {
  "package.json": json({ version: "0.2.0", repository: "github:shop/backend" }),
  "package-lock.json": json({ version: "0.2.0" }),
  "CHANGELOG.md":
    "# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2026-12-01\n\n### Added\n\n- A.\n",
  ".gitignore": "dist/\n",
  "docs/schema.json": SCHEMA,
  "infra/index.ts": "export const a = 1;\n",
  [STATE]: json({ release: "0.2.0", doubles: [], state: {} }),
};

/** What is changed before everything is committed, what after it, and the one line that comes of it. */
type Row = [
  what: string,
  committed: Readonly<Record<string, string>>,
  left: Readonly<Record<string, string>>,
  line: string,
];

const ROWS: Row[] = [
  [
    "a changelog without the version",
    { "CHANGELOG.md": "# Changelog\n" },
    {},
    "CHANGELOG.md: it tells of no release",
  ],
  [
    "a lock of another version",
    { "package-lock.json": json({ version: "0.1.0" }) },
    {},
    "package-lock.json: is of version 0.1.0, package.json of 0.2.0; run npm install",
  ],
  [
    "no repository",
    { "package.json": json({ version: "0.2.0" }) },
    {},
    "package.json: has no repository, which npm publish --provenance compares; write its address",
  ],
  [
    "a schema of another version",
    { "docs/schema.json": SCHEMA.replace("0.2.0", "0.1.0") },
    {},
    "docs/schema.json: is not the schema of this code; run npm run docs",
  ],
  [
    "a schema of this version that lacks what the code has",
    { "docs/schema.json": SCHEMA.replace("shop", "store") },
    {},
    "docs/schema.json: is not the schema of this code; run npm run docs",
  ],
  [
    "a state recorded with stand-ins",
    { [STATE]: json({ release: "0.2.0", doubles: ["Hasura engine", "command plugin"] }) },
    {},
    `${STATE}: was recorded with stand-ins (Hasura engine, command plugin); remove it`,
  ],
  [
    "a state that does not tell of stand-ins",
    { [STATE]: json({ release: "0.2.0" }) },
    {},
    `${STATE}: names no doubles; remove it`,
  ],
  [
    "the state of another release under this name",
    { [STATE]: json({ release: "0.1.0", doubles: [] }) },
    {},
    `${STATE}: is of release 0.1.0; remove it`,
  ],
  [
    "a changed file",
    {},
    { "infra/index.ts": "export const a = 2;\n" },
    'git: there are changes that are not committed, such as "infra/index.ts"; commit them',
  ],
  [
    "a file that nobody added",
    {},
    { "infra/parts/new.ts": "export const b = 1;\n" },
    'git: there are changes that are not committed, such as "infra/parts/new.ts"; commit them',
  ],
];

describe("a checkout", () => {
  let repository: GitRepository;
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [path, text] of Object.entries(files)) repository.write(path, text);
  };
  const problems = () => checkRelease(repository.folder, async () => SCHEMA);
  beforeEach(() => {
    repository = new GitRepository();
    write(SOUND);
  });
  afterEach(() => repository.remove());

  it("that is sound may be released, whatever lies in ignored folders", async () => {
    repository.commit();
    repository.write("dist/left.txt", "");
    expect(await problems()).to.deep.equal([]);
  });

  for (const [what, committed, left, line] of ROWS) {
    it(`with ${what} is refused`, async () => {
      write(committed);
      repository.commit();
      write(left);
      const found = await problems();
      expect(found, found.join("\n")).to.have.length(1);
      expect(found[0]).to.include(line).and.not.include("\n");
    });
  }

  const gone: [path: string, line: string][] = [
    [STATE, `${STATE}: is missing; run node --import tsx tools/release/recordState.ts`],
    ["docs/schema.json", "docs/schema.json: is not the schema of this code"],
  ];
  for (const [path, line] of gone) {
    it(`without ${path} is refused`, async () => {
      repository.commit();
      repository.git("rm", "--quiet", path);
      repository.commit();
      expect((await problems()).join("\n")).to.include(line);
    });
  }

  it("that is none of git's is refused", async () => {
    repository.commit();
    repository.write(".git/HEAD", "nothing");
    expect(await problems()).to.deep.equal(["git: this is not a checkout; release from a clone"]);
  });
});
