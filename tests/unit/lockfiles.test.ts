import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "../..");
const LOCK_FILES = execFileSync("git", ["ls-files", "*package-lock.json"], {
  cwd: ROOT,
  encoding: "utf8",
})
  .trim()
  .split("\n");

interface LockEntry {
  integrity?: string;
  link?: boolean;
}

describe("lock files", () => {
  for (const file of LOCK_FILES) {
    it(`${file} fixes the content of every package`, () => {
      const { packages }: { packages: Record<string, LockEntry> } = JSON.parse(
        readFileSync(join(ROOT, file), "utf8"),
      );
      const open = Object.entries(packages)
        .filter(([name, { link }]) => name !== "" && !link)
        .filter(([, { integrity = "" }]) => !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))
        .map(([name]) => name);
      expect(open).to.deep.equal([]);
    });
  }
});
