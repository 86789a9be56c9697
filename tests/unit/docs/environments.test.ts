import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { parseArguments } from "../../../tools/commandLine";
import { answersOf, newStackProblems } from "../../../tools/commands/newStackRules";
import { fieldsOf, readYaml } from "../ci/yaml";

const ROOT = join(__dirname, "../../..");
const read = (file: string) => readFileSync(join(ROOT, file), "utf8");
const PAGE = read("docs/environments.md");
const PLACE = { env: {}, ownBackend: "file:///own", exists: () => false };

function blocks(language: string): string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...PAGE.matchAll(fence)].map(([, body = ""]) => body);
}

describe("docs/environments.md", () => {
  it("stays within 120 lines and links only to files that exist", () => {
    expect(PAGE.trimEnd().split("\n").length).to.be.at.most(120);
    const links = [...PAGE.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target);
    expect(links).to.have.length(5);
    expect(links.filter((link) => !existsSync(join(ROOT, "docs", link)))).to.deep.equal([]);
  });

  it("shows only commands that new-stack takes as they stand", () => {
    const lines = blocks("bash").flatMap((block) => block.trim().split("\n"));
    expect(lines).to.have.length(2);
    for (const line of lines) {
      const [, rest = ""] = /^npm run new-stack -- (.+)$/.exec(line) ?? [];
      const answers = answersOf(parseArguments("new-stack", rest.replaceAll("'", "").split(" ")));
      expect(newStackProblems(answers, PLACE)).to.deep.equal([]);
    }
  });

  it("names only npm scripts that exist", () => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    const named = [...PAGE.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
    expect(named.filter((script) => !scripts.includes(script))).to.deep.equal([]);
  });

  it("shows a part of the ESC example", () => {
    const { values } = readYaml(blocks("yaml")[0] ?? "");
    const whole = fieldsOf(readYaml(read("examples/environments/esc.yaml")).values);
    expect(whole).to.deep.include({ clerk: fieldsOf(values).clerk });
    expect(fieldsOf(whole.pulumiConfig)).to.include(fieldsOf(fieldsOf(values).pulumiConfig));
  });

  it("names every variable and secret of the workflows, and no other", () => {
    const workflows = ["preview", "deploy", "drift"].map((name) =>
      read(`.github/workflows/${name}.yml`),
    );
    const used = workflows.join("").matchAll(/\b(?:vars|secrets)\.([A-Z_]+)/g);
    const listed = PAGE.split("| setting |")[1]?.matchAll(/`(PULUMI_[A-Z_]+)`/g) ?? [];
    const names = (all: Iterable<RegExpMatchArray>) =>
      [...new Set([...all].map(([, name]) => name))].sort();
    expect(names(listed)).to.deep.equal(names(used));
  });
});
