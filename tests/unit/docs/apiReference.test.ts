import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import * as surface from "../../../infra";

const ROOT = join(__dirname, "../../..");

/** The part of typedoc's JSON that is read here. */
interface Reflection {
  name: string;
  children?: Reflection[];
  flags: { isOptional?: boolean };
  comment?: { summary: { text: string }[] };
}

function textOf({ comment }: Reflection): string {
  return (comment?.summary ?? []).map(({ text }) => text).join("");
}

describe("the API reference", function () {
  this.timeout(120_000);
  let folder: string;
  let names: Reflection[];
  let output: string;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-reference-"));
    const { NODE_OPTIONS: _options, ...env } = process.env;
    const typedoc = join(ROOT, "node_modules", "typedoc", "bin", "typedoc");
    const args = [typedoc, "--out", folder, "--json", join(folder, "api.json")];
    const { stdout, stderr } = spawnSync(process.execPath, args, {
      cwd: ROOT,
      env,
      encoding: "utf8",
    });
    output = `${stdout}${stderr}`;
    names = JSON.parse(readFileSync(join(folder, "api.json"), "utf8")).children;
  });
  after(() => rmSync(folder, { recursive: true }));

  it("is current; write it with: npm run docs", () => {
    const current = readFileSync(join(folder, "api.md"), "utf8");
    expect(readFileSync(join(ROOT, "docs/api.md"), "utf8")).to.equal(current);
  });

  it("explains every name, field, output and constructor", () => {
    expect(output).to.not.match(/\bwarning\b|\berror\b/);
    const found = names.map(({ name }) => name);
    expect(found).to.include.members(Object.keys(surface));
  });

  it("gives the default of each argument that may be left out, if only that there is none", () => {
    const fields = names
      .filter(({ name }) => name.endsWith("Args"))
      .flatMap(({ name: of, children = [] }) => children.map((field) => ({ of, field })));
    const odd = fields.filter(
      ({ field }) => /\bDefault:\s+\S/.test(textOf(field)) !== (field.flags.isOptional ?? false),
    );
    expect(fields.length).to.be.greaterThan(80);
    expect(odd.map(({ of, field }) => `${of}.${field.name}`)).to.deep.equal([]);
  });
});
