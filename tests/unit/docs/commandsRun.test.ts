import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { commands, readPage } from "./pages";

const ROOT = join(__dirname, "../../..");
/** Runs commands by a shell as the README prints them. */
const VERBATIM = "tests/e2e/readmeCommands.test.ts";
const WAYS = ["`pulumi up` per environment", "Import as a component", "Preview diffs in CI"];
const LONGEST = 15;
/** Rows of a person's screen, of which two have to be enough for what a reader looks for first. */
const SCREEN = 60;

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

/** A section of the README without its heading. */
function sectionOf(title: string): string {
  const [, rest] = readPage("README.md").split(`\n## ${title}\n`);
  if (rest === undefined) throw new Error(`README has no section "${title}"`);
  return (rest.split(/\n## /)[0] ?? "").trim();
}

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
      expect(sectionOf(title).split("\n").length + 2).to.be.at.most(LONGEST);
    });

    it(`have commands, each of which a test runs: ${title}`, () => {
      const found = typed(sectionOf(title));
      expect(found).to.not.deep.equal([]);
      expect(found.filter(isNotRun)).to.deep.equal([]);
    });
  }

  it("have no test left for a command that is gone", () => {
    const found = WAYS.flatMap((title) => typed(sectionOf(title)));
    const run = [...verbatim, ...Object.keys(ELSEWHERE)];
    expect(run.filter((command) => !found.includes(command))).to.deep.equal([]);
  });

  for (const [command, runs] of Object.entries(ELSEWHERE)) {
    it(`have a test that runs, in its own way: ${command}`, () => {
      for (const { file, proof } of runs) expect(readPage(file), file).to.include(proof);
    });
  }

  it("would be missed with a command that nobody runs", () => {
    const text = `${sectionOf("Preview diffs in CI")}\n\nThen \`npm run graph -- --out head.json\`.`;
    expect(typed(text).filter(isNotRun)).to.deep.equal(["npm run graph -- --out head.json"]);
  });

  it("show the picture of a report, which links to the report's text", () => {
    const shown = /\[!\[[^\]]+\]\(([^)]+\.png)\)\]\(([^)]+\.md)\)/.exec(
      sectionOf("Preview diffs in CI"),
    );
    const [, picture = "", page = ""] = shown ?? [];
    expect([picture, page]).to.deep.equal(["docs/report/preview.png", "docs/report/preview.md"]);
    expect(existsSync(join(ROOT, picture))).to.equal(true);
    expect(readPage(page)).to.match(/The issuer changes from[\s\S]*Database restart[\s\S]*image/);
  });
});

describe("the README's way in", () => {
  it("says where everything is within two screens", () => {
    const head = readPage("README.md")
      .split("\n")
      .slice(0, 2 * SCREEN)
      .join("\n");
    for (const title of WAYS) {
      const anchor = title.toLowerCase().replace(/`/g, "").replaceAll(" ", "-");
      expect(head).to.include(`(#${anchor})`);
    }
  });

  it("links to sections that it has", () => {
    const text = readPage("README.md");
    const anchors = [...text.matchAll(/^#{2,3} (.+)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replace(/[`,:]/g, "").replaceAll(" ", "-"),
    );
    const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link = ""]) => link);
    expect(links.length).to.be.greaterThan(5);
    expect(links.filter((link) => !anchors.includes(link))).to.deep.equal([]);
  });
});
