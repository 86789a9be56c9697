import { expect } from "chai";
import { parseArguments } from "../../../tools/commandLine";
import { answersOf, newStackProblems } from "../../../tools/commands/newStackRules";
import { fieldsOf, readYaml } from "../ci/yaml";
import { blocks, readPage as read } from "./pages";

const PAGE = read("docs/environments.md");
const PLACE = { env: {}, ownBackend: "file:///own", exists: () => false };

describe("docs/environments.md", () => {
  it("stays within 120 lines", () => {
    expect(PAGE.trimEnd().split("\n").length).to.be.at.most(120);
  });

  it("shows only commands that new-stack takes as they stand", () => {
    const lines = blocks(PAGE, "bash").flatMap((block) => block.trim().split("\n"));
    expect(lines).to.have.length(2);
    for (const line of lines) {
      const [, rest = ""] = /^npm run new-stack -- (.+)$/.exec(line) ?? [];
      const answers = answersOf(parseArguments("new-stack", rest.replaceAll("'", "").split(" ")));
      expect(newStackProblems(answers, PLACE)).to.deep.equal([]);
    }
  });

  it("shows a part of the ESC example", () => {
    const { values } = readYaml(blocks(PAGE, "yaml").at(-1) ?? "");
    const whole = fieldsOf(readYaml(read("examples/environments/esc.yaml")).values);
    expect(whole).to.deep.include({ clerk: fieldsOf(values).clerk });
    expect(fieldsOf(whole.pulumiConfig)).to.deep.include(fieldsOf(fieldsOf(values).pulumiConfig));
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
