import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { nextVersions } from "../../tools/release/changelog";
import { VOLUME } from "./shopGraph";
import { lastRelease, notedReleases, unexplained, upgradeNotes } from "./upgradeNotes";

describe("upgrade notes", () => {
  let folder: string;
  const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-notes-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("explain the URNs that they name, and no others", () => {
    write("0.2.0.md", `\`${VOLUME}\` is now named by the stack.`);
    const parts = [VOLUME.slice(0, -5), VOLUME.split("$")[1] ?? ""];
    const lost = [VOLUME, "a:b:C::d", ...parts];
    const notes = upgradeNotes({ newerThan: "0.1.0", folder });
    expect(unexplained(lost, notes)).to.deep.equal(lost.slice(1));
    expect(upgradeNotes({ newerThan: "0.1.0", folder: join(folder, "missing") })).to.equal("");
  });

  const newer: [release: string, pages: string[]][] = [
    ["0.0.0", ["0.2.0", "0.9.1", "0.10.0", "1.0.0"]],
    ["0.2.0", ["0.9.1", "0.10.0", "1.0.0"]],
    ["0.9.1", ["0.10.0", "1.0.0"]],
    ["0.10.0", ["1.0.0"]],
    ["1.0.0", []],
  ];
  for (const [release, pages] of newer) {
    it(`of stacks of ${release} are those of ${pages.join(", ") || "no release"}`, () => {
      for (const page of ["0.2.0", "0.9.1", "0.10.0", "1.0.0"]) write(`${page}.md`, `<${page}>`);
      write("README.md", "<README>");
      const found = upgradeNotes({ newerThan: release, folder }).match(/(?<=<)[^>]+/g) ?? [];
      expect(found).to.have.members(pages);
    });
  }

  it("have names of releases", () => {
    write("next.md", "");
    expect(() => upgradeNotes({ newerThan: "0.1.0", folder })).to.throw("allowed: 1.2.3.md");
  });

  it("of this checkout are of no release beyond the next one", () => {
    const last = lastRelease();
    const [, minor = "", major = ""] = nextVersions(last, []);
    for (const release of notedReleases()) {
      const beyond = release.localeCompare(major, "en", { numeric: true }) > 0;
      expect(beyond, `${release}, and next is ${minor} or ${major}`).to.equal(false);
    }
  });
});
