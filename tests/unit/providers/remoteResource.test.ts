import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { demandPackages } from "../../../infra/providers/remoteResource";

const ROOT = join(__dirname, "../../..");

describe("packages that remote resources need in the program's folder", () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** A folder with these packages; a new one each time, as Node.js remembers where it found nothing. */
  function folderWith(packages: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "chtest-packages-"));
    folders.push(folder);
    mkdirSync(join(folder, "node_modules"));
    for (const [name, from] of Object.entries(packages)) {
      symlinkSync(from, join(folder, "node_modules", name));
    }
    return folder;
  }
  const SDK = { "@pulumi": join(ROOT, "node_modules", "@pulumi") };

  it("are found in the checkout, in its examples, and where they are installed", () => {
    demandPackages("key-pair", ROOT);
    demandPackages("key-pair", join(ROOT, "examples", "hasuraCloud"));
    demandPackages("key-pair", folderWith({ ...SDK, "clerk-hasura": ROOT }));
  });

  const ROWS: [packages: Record<string, string>, missing: string][] = [
    [{}, "@pulumi/pulumi and clerk-hasura"],
    [SDK, "clerk-hasura"],
  ];
  for (const [packages, missing] of ROWS) {
    it(`are named with the folder and the remedy where there is no ${missing}`, () => {
      const folder = folderWith(packages);
      expect(() => demandPackages("key-pair", folder)).to.throw(
        `key-pair is managed by Node.js in the program's folder, where ${missing} cannot be ` +
          `found; run this in ${folder}: npm install @pulumi/pulumi clerk-hasura`,
      );
    });
  }
});
