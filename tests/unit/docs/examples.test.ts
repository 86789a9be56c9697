import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { compileExamples } from "./compileExamples";

const ROOT = join(__dirname, "../../..");
const EXAMPLES = join(ROOT, "examples");
const MAX_LINES = 60;

const entries = readdirSync(EXAMPLES, { withFileTypes: true });
const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
const programs = folders.filter((name) => existsSync(join(EXAMPLES, name, "Pulumi.yaml")));
const read = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");
const codeOf = (name: string) => read("examples", name, "index.ts");

describe("the examples", () => {
  it("are programs that import the package by its name, and are short", () => {
    expect(programs).to.include.members(["minimal", "externalPostgres", "existingNetwork"]);
    for (const name of programs) {
      expect(codeOf(name), name).to.contain('from "clerk-hasura"');
      expect(codeOf(name).trimEnd().split("\n").length, name).to.be.at.most(MAX_LINES);
    }
  });

  it("compile against the public surface", () => {
    const codes = Object.fromEntries(programs.map((name) => [name, codeOf(name)]));
    expect(compileExamples(codes)).to.deep.equal([]);
  }).timeout(60_000);

  it("each have a project of their own", () => {
    const projects = programs.map(
      (name) => /^name: (\S+)$/m.exec(read("examples", name, "Pulumi.yaml"))?.[1],
    );
    expect(new Set([...projects, "clerk-hasura"])).to.have.property("size", programs.length + 1);
  });

  it("each have one line in the list of examples", () => {
    const lines = read("examples", "README.md").match(/^- .+$/gm) ?? [];
    const listed = lines.map((line) => /^- \[([^\]]+)\]\([^)]+\): /.exec(line)?.[1]);
    expect(listed.sort()).to.deep.equal([...folders].sort());
  });

  it("each name the settings that they cannot do without, secret ones as such", () => {
    const lines = read("examples", "README.md").match(/^- .+$/gm) ?? [];
    for (const name of programs) {
      const line = lines.find((it) => it.startsWith(`- [${name}]`)) ?? "";
      const needs = line.split("Needs ")[1] ?? "";
      const wanted = [...codeOf(name).matchAll(/config\.require(?:Secret)?\("(\w+)"\)/g)];
      const named = [...needs.matchAll(/`(\w+)`/g)].map(([, key]) => key);
      const optional = needs.startsWith("no setting");
      expect(optional ? [] : named, name).to.have.members(wanted.map(([, key]) => key));
      const secret = [...codeOf(name).matchAll(/requireSecret\("(\w+)"\)/g)];
      for (const [, key] of secret) expect(needs).to.include(`as a secret, \`${key}\``);
    }
  });

  it("are each brought up by an end-to-end test", () => {
    const folder = join(ROOT, "tests", "e2e");
    const tests = readdirSync(folder).filter((name) => name.endsWith(".test.ts"));
    const texts = tests.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    for (const name of programs) {
      expect(texts).to.match(
        new RegExp(`createExample\\(\\s*"${name}"|folder: "examples/${name}"`),
      );
    }
  });
});
