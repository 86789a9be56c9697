import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { blocks, commands, readPage, sectionOf } from "./pages";

const ROOT = join(__dirname, "../../..");
/** Runs commands by a shell as the README prints them. */
const VERBATIM = "tests/e2e/readmeCommands.test.ts";
const WAYS = ["Environments", "As a component", "CI"];
const LONGEST = 15;

/** Text of a test that runs a command in another way than it is printed. */
interface Run {
  file: string;
  proof: string;
}

const verbatim = [...readPage(VERBATIM).matchAll(/\brun\(\s*"([^"]+)"/g)].map(
  ([, command = ""]) => command,
);

const ELSEWHERE: Readonly<Record<string, readonly Run[]>> = {
  // On ports and under a name of the test's own, and without the question.
  "npx pulumi up --stack staging": [
    { file: "tests/e2e/upFromNothing.test.ts", proof: "await stack.up();" },
    { file: "tests/e2e/support/testStack.ts", proof: '["up", "--yes", "--skip-preview"' },
    { file: "tests/e2e/support/testStack.ts", proof: '["--stack", this.name]' },
  ],
};

/** What a reader may type, of all that stands in a code font. */
function typed(text: string): string[] {
  return commands(text).filter((line) =>
    /^(?:npm|npx|node|pulumi|git|docker|sh|export) /.test(line),
  );
}

function isNotRun(command: string): boolean {
  return !verbatim.includes(command) && !Object.hasOwn(ELSEWHERE, command);
}

describe("the README's three ways", () => {
  for (const title of WAYS) {
    it(`take at most ${LONGEST} lines: ${title}`, () => {
      // Its heading and the blank line below it count as well.
      expect(sectionOf("README.md", title).split("\n").length + 2).to.be.at.most(LONGEST);
    });

    it(`have commands, each of which a test runs: ${title}`, () => {
      const found = typed(sectionOf("README.md", title));
      expect(found).to.not.deep.equal([]);
      expect(found.filter(isNotRun)).to.deep.equal([]);
    });
  }

  it("come after a quick start whose commands a test reads out of it and runs", () => {
    const test = readPage(VERBATIM);
    expect(test).to.include('blocks(sectionOf("README.md", "Quick start"), "bash")');
    const [first = "", query = "", ...more] = blocks(sectionOf("README.md", "Quick start"), "bash");
    expect(more).to.deep.equal([]);
    expect(first.trim().split("\n")).to.deep.equal(["npm run up", "npm test"]);
    // What the test puts its own stack and port in place of.
    for (const part of ["--user", "127.0.0.1:8080"]) expect(query.split(part)).to.have.length(2);
  });

  it("have no test left for a command that is gone", () => {
    const found = WAYS.flatMap((title) => typed(sectionOf("README.md", title)));
    const run = [...verbatim, ...Object.keys(ELSEWHERE)];
    expect(run.filter((command) => !found.includes(command))).to.deep.equal([]);
  });

  for (const [command, runs] of Object.entries(ELSEWHERE)) {
    it(`have a test that runs, in its own way: ${command}`, () => {
      for (const { file, proof } of runs) expect(readPage(file), file).to.include(proof);
    });
  }

  it("would be missed with a command that nobody runs", () => {
    const text = `${sectionOf("README.md", "CI")}\n\nThen \`npm run graph -- --out head.json\`.`;
    expect(typed(text).filter(isNotRun)).to.deep.equal(["npm run graph -- --out head.json"]);
  });

  it("show the picture of a report, which links to the report's text", () => {
    const shown = /\[!\[[^\]]+\]\(([^)]+\.png)\)\]\(([^)]+\.md)\)/.exec(
      sectionOf("README.md", "CI"),
    );
    const [, picture = "", page = ""] = shown ?? [];
    expect([picture, page]).to.deep.equal(["docs/report/preview.png", "docs/report/preview.md"]);
    expect(existsSync(join(ROOT, picture))).to.equal(true);
    expect(readPage(page)).to.match(/The issuer changes from[\s\S]*Database restart[\s\S]*image/);
  });
});
