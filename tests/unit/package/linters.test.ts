import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import { type PackedPackage, packedPackage, ROOT } from "./packedPackage";

function lint(tool: string, args: string[]): { status: number | null; output: string } {
  const program = join(ROOT, "node_modules", ".bin", tool);
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

describe("the npm package, judged by others' rules", () => {
  let packed: PackedPackage;
  before(async function () {
    this.timeout(120_000);
    packed = await packedPackage();
  });

  it("passes publint with not even a suggestion", () => {
    const { status, output } = lint("publint", ["run", "--strict", packed.tarball]);
    expect(output).to.include("All good!");
    expect(status).to.equal(0);
  }).timeout(120_000);

  it("passes attw: each entry's types are those of its code, however they are looked for", () => {
    // Of entries that compilers without exports do not find, the state's loader asks for one, and Node finds it.
    const flags = ["--no-emoji", "--ignore-rules", "no-resolution"];
    const { status, output } = lint("attw", [packed.tarball, ...flags]);
    expect(output).to.include("No problems found");
    expect(status).to.equal(0);
  }).timeout(120_000);
});
