import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { SOUND, WORKFLOW_MISTAKES } from "./workflowMistakes";
import { workflowProblems } from "./workflowRules";
import { fieldsOf, listOf, readYaml } from "./yaml";

const ROOT = join(__dirname, "../../..");
const FOLDER = join(ROOT, ".github/workflows");
const FILES = readdirSync(FOLDER).filter((file) => /\.ya?ml$/.test(file));
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const around = {
  scripts: Object.keys(JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")).scripts),
  files: (path: string) => existsSync(join(ROOT, path)),
};

describe("the workflow checker", () => {
  it("finds nothing wrong with a sound workflow", () => {
    expect(workflowProblems(SOUND, around)).to.deep.equal([]);
  });

  for (const [what, from, to, problem] of WORKFLOW_MISTAKES) {
    it(`finds ${what}`, () => {
      expect(SOUND).to.include(from);
      const problems = workflowProblems(
        SOUND.replace(from, () => to),
        around,
      );
      expect(problems.filter((line) => problem.test(line))).to.have.length(1);
    });
  }

  it("finds stacks that wait for each other, and updates that may be cut off", () => {
    const matrix = SOUND.replace(
      "    steps:",
      "    strategy:\n      matrix:\n        stack: [a, b]\n    steps:",
    );
    expect(workflowProblems(matrix, around).join()).to.match(
      /one concurrency group for all stacks/,
    );
    const update = SOUND.replace(/group: .*/, "group: deploy-one");
    expect(workflowProblems(update, around).join()).to.match(/cut off/);
    const other = SOUND.replace(/group: .*/, "group: deploy-two\n      cancel-in-progress: false");
    expect(workflowProblems(other, around).join()).to.match(/another stack/);
  });
});

describe("workflows", () => {
  it("are the four that the README speaks of", () => {
    expect(FILES.sort()).to.deep.equal(["deploy.yml", "drift.yml", "preview.yml", "test.yml"]);
  });

  for (const file of FILES) {
    it(`${file} breaks no rule`, () => {
      expect(workflowProblems(textOf(file), around)).to.deep.equal([]);
    });
  }

  it("name one commit for each tag of an action, and one tag for each commit", () => {
    const all = FILES.flatMap((file) => [...textOf(file).matchAll(/uses: (\S+) # (\S+)/g)]);
    const pairs = new Set(all.map(([, action, tag]) => `${action} ${tag}`));
    const tags = new Set(all.map(([, action = "", tag]) => `${action.split("@")[0]} ${tag}`));
    const commits = new Set(all.map(([, action]) => action));
    expect([tags.size, commits.size]).to.deep.equal([pairs.size, pairs.size]);
  });

  it("deploy production as staging, and only after it", () => {
    const jobs = fieldsOf(readYaml(textOf("deploy.yml")).jobs);
    const { needs, ...production } = fieldsOf(jobs.production);
    const { needs: _checks, ...staging } = fieldsOf(jobs.staging);
    const asStaging = JSON.stringify(production)
      .replaceAll("production", "staging")
      .replaceAll("PRODUCTION", "STAGING");
    expect(needs).to.equal("staging");
    expect(JSON.parse(asStaging)).to.deep.equal(staging);
  });

  it("deploy nothing that fails the checks or the tests that need no stack", () => {
    const jobs = fieldsOf(readYaml(textOf("deploy.yml")).jobs);
    const { if: condition, needs } = fieldsOf(jobs.staging);
    // A job whose condition asks for no status is skipped where what it needs has failed.
    expect([needs, /always|failure|cancelled/.test(String(condition))]).to.deep.equal([
      "checks",
      false,
    ]);
    const runs = listOf(fieldsOf(jobs.checks).steps).map((step) =>
      String(fieldsOf(step).run ?? ""),
    );
    expect(runs).to.include("npm run check");
    for (const folder of ["unit", "components", "compat"]) {
      expect(runs.join("\n")).to.match(new RegExp(`^npx mocha .*'tests/${folder}/`, "m"));
    }
    expect(JSON.stringify(jobs.checks)).to.not.match(/secrets|continue-on-error/);
  });

  it("check the policy before and in an update, and that nothing is left to do after it", () => {
    const staging = fieldsOf(fieldsOf(readYaml(textOf("deploy.yml")).jobs).staging);
    const runs = listOf(staging.steps).map((step) => String(fieldsOf(step).run ?? ""));
    const at = (pattern: RegExp) => runs.findIndex((run) => pattern.test(run));
    const order = [
      /npm run policy/,
      /pulumi up .*--policy-pack policy /,
      /--expect-no-changes/,
      /doctor/,
    ].map(at);
    expect(order).to.not.include(-1);
    expect(order).to.deep.equal([...order].sort((a, b) => a - b));
  });

  it("are accepted by actionlint", function () {
    const folders = (process.env.PATH ?? "").split(delimiter);
    if (!folders.some((folder) => existsSync(join(folder, "actionlint")))) {
      const missing = "actionlint is not on PATH; `npm test` builds it";
      // GitLab has these tests too, and none of these workflows.
      if (process.env.CI && !process.env.GITLAB_CI) throw new Error(missing);
      process.stdout.write(`      ${missing}: only the rules above were checked\n`);
      this.skip();
    }
    const files = FILES.map((file) => join(FOLDER, file));
    // The same findings everywhere, whatever else is on PATH.
    const args = ["-no-color", "-shellcheck=", "-pyflakes=", ...files];
    const { stdout, status } = spawnSync("actionlint", args, { encoding: "utf8" });
    expect(stdout).to.equal("");
    expect(status).to.equal(0);
  });
});
