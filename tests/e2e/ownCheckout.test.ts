import {
  appendFileSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { expect } from "chai";
import { CHECKOUT, installation, makeCheckout } from "./support/checkout";

/** Npm replaces files of a package, and writes into others. */
const WRITTEN = [
  "node_modules/@pulumi/pulumi/package.json",
  "node_modules/.package-lock.json",
  ".local/parts.json",
  "infra/index.ts",
];

/** Every file and link below a folder; links are not followed. */
function below(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? below(path) : [path];
  });
}

function isInside(path: string, directory: string): boolean {
  return !relative(directory, path).startsWith("..");
}

/** What of a copy is the checkout's own: by a link, or as another name of the same file. */
function sharedWith(copy: string): string[] {
  return below(copy).filter((path) => {
    const stat = lstatSync(path);
    if (stat.isSymbolicLink()) return isInside(realpathSync(path), CHECKOUT);
    if (stat.nlink < 2) return false;
    const same = lstatSync(join(CHECKOUT, relative(copy, path)), { throwIfNoEntry: false });
    return same?.ino === stat.ino;
  });
}

describe("a checkout that a test makes", function () {
  this.timeout(120_000);
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-e2e-own-"));
  const kinds: Record<string, () => string> = {
    "the copy for a run of tests": installation,
    "one whose packages are the run's": () => {
      makeCheckout(join(directory, "linked"));
      return join(directory, "linked");
    },
    "one with packages of its own": () => {
      makeCheckout(join(directory, "own"), { ownPackages: true });
      return join(directory, "own");
    },
  };
  after(() => rmSync(directory, { recursive: true, force: true }));

  for (const [kind, make] of Object.entries(kinds)) {
    it(`leads nowhere into the checkout under test: ${kind}`, () => {
      const copy = make();
      expect(sharedWith(copy)).to.deep.equal([]);
      for (const name of ["node_modules/.bin/pulumi", ".local/parts.json"]) {
        expect(readFileSync(join(copy, name), "utf8"), name).to.not.contain(CHECKOUT);
      }
    });
  }

  it("keeps what is written in it to itself", () => {
    for (const kind of ["linked", "own"]) {
      for (const name of WRITTEN) {
        const [copied, original] = [join(directory, kind, name), join(CHECKOUT, name)];
        const before = readFileSync(original);
        appendFileSync(copied, " ");
        expect(readFileSync(original).equals(before), `${kind}: ${name}`).to.equal(true);
        expect(readFileSync(copied).at(-1)).to.equal(32);
      }
    }
  });

  it("does not share its packages with the next one, where it has its own", () => {
    const [mine, run] = [join(directory, "own"), installation()].map((root) =>
      realpathSync(join(root, "node_modules", "@pulumi", "pulumi")),
    );
    expect(mine).to.not.equal(run);
  });
});
