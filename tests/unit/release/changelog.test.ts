import { expect } from "chai";
import {
  nextVersions,
  readChangelog,
  releaseNotes,
  releaseProblems,
} from "../../../tools/release/changelog";

const SOUND = `# Changelog

Some words.

## [Unreleased]

## [0.2.0] - 2026-12-01

### Added

- A thing.

## [0.1.0] - 2026-11-01

### Added

- All of it.
`;

describe("the changelog", () => {
  it("is read as releases, newest first, with the kinds of changes in each", () => {
    expect(readChangelog(SOUND)).to.deep.equal([
      { version: "Unreleased", date: undefined, kinds: [], text: "" },
      { version: "0.2.0", date: "2026-12-01", kinds: ["Added"], text: "### Added\n\n- A thing." },
      { version: "0.1.0", date: "2026-11-01", kinds: ["Added"], text: "### Added\n\n- All of it." },
    ]);
  });

  it("lets a version be released that it tells of, and gives its notes", () => {
    expect(releaseProblems("0.2.0", SOUND)).to.deep.equal([]);
    expect(releaseNotes("0.2.0", SOUND)).to.equal("### Added\n\n- A thing.");
    expect(releaseNotes("0.3.0", SOUND)).to.equal("");
  });

  it("lets a first release have any version", () => {
    const first = SOUND.slice(0, SOUND.indexOf("## [0.1.0]"));
    expect(releaseProblems("0.2.0", first)).to.deep.equal([]);
  });
});

describe("a release is refused", () => {
  const rows: [what: string, version: string, changelog: string, reason: string][] = [
    ["with a version that is none", "0.2", SOUND, 'version "0.2" is none; allowed: 1.2.3'],
    ["with a pre-release", "0.2.0-rc.1", SOUND, "is none; allowed: 1.2.3"],
    ["that the changelog lacks", "0.3.0", SOUND, "its newest release is 0.2.0, package.json says"],
    ["that is not the newest", "0.1.0", SOUND, "its newest release is 0.2.0, package.json says"],
    ["without any release in the changelog", "0.1.0", "# Changelog\n", "it tells of no release"],
    [
      "with entries left behind",
      "0.2.0",
      SOUND.replace("## [Unreleased]\n", "## [Unreleased]\n\n- Forgotten.\n"),
      "[Unreleased] has entries; move them below [0.2.0]",
    ],
    ["without a date", "0.2.0", SOUND.replace(" - 2026-12-01", ""), "0.2.0 has no date; write"],
    [
      "with a day that does not exist",
      "0.2.0",
      SOUND.replace("2026-12-01", "2026-02-30"),
      "0.2.0 has no date",
    ],
    [
      "that says nothing",
      "0.2.0",
      SOUND.replace("### Added\n\n- A thing.\n", ""),
      "0.2.0 says nothing; tell what changed",
    ],
    [
      "that skips a version",
      "0.3.0",
      SOUND.replace("[0.2.0]", "[0.3.0]"),
      "version 0.3.0 does not follow 0.1.0 with Added; allowed: 0.2.0, 1.0.0",
    ],
    [
      "that hides an addition in a patch",
      "0.1.1",
      SOUND.replace("[0.2.0]", "[0.1.1]"),
      "version 0.1.1 does not follow 0.1.0 with Added; allowed: 0.2.0, 1.0.0",
    ],
  ];
  for (const [what, version, changelog, reason] of rows) {
    it(what, () => {
      const problems = releaseProblems(version, changelog);
      expect(problems.join("\n")).to.include(reason);
      for (const problem of problems) expect(problem).to.not.include("\n");
    });
  }

  it("with every reason at once", () => {
    const text = SOUND.replace("[Unreleased]\n", "[Unreleased]\n\n- More.\n")
      .replace(" - 2026-12-01", "")
      .replace("[0.2.0]", "[0.5.0]");
    expect(releaseProblems("0.5.0", text)).to.have.length(3);
  });
});

describe("the version after another", () => {
  const rows: [before: string, kinds: string[], after: string[]][] = [
    ["0.1.0", ["Fixed"], ["0.1.1", "0.2.0", "1.0.0"]],
    ["1.2.3", ["Fixed", "Security"], ["1.2.4", "1.3.0", "2.0.0"]],
    ["1.2.3", ["Added", "Fixed"], ["1.3.0", "2.0.0"]],
    ["1.2.3", ["Changed", "Removed"], ["2.0.0"]],
    ["0.2.3", ["Removed"], ["0.3.0", "1.0.0"]],
  ];
  for (const [before, kinds, after] of rows) {
    it(`${before} with ${kinds.join(" and ")} is ${after.join(" or ")}`, () => {
      expect(nextVersions(before, kinds)).to.deep.equal(after);
    });
  }
});
