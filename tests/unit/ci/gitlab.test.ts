import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { scriptProblems } from "./scriptProblems";
import { type Fields, fieldsOf, listOf, readYaml } from "./yaml";

const ROOT = join(__dirname, "../../..");
const TEXT = readFileSync(join(ROOT, "docs/ci/gitlab-ci.yml"), "utf8");
const PIPELINE = readYaml(TEXT);
const SETTINGS = ["stages", "workflow", "default", "variables"];
const TEMPLATE = fieldsOf(PIPELINE[".deploy"]);
const JOBS = Object.entries(PIPELINE)
  .filter(([name]) => !SETTINGS.includes(name) && !name.startsWith("."))
  .map(([name, job]): [string, Fields] => {
    const own = fieldsOf(job);
    return [name, own.extends === ".deploy" ? { ...TEMPLATE, ...own } : own];
  });
const scriptOf = (job: Fields) => listOf(job.script).map(String);
const rulesOf = (job: Fields) => listOf(job.rules).map((rule) => String(fieldsOf(rule).if));

describe("the GitLab pipeline", () => {
  it("has the jobs of the workflows", () => {
    const names = JOBS.map(([name]) => name).sort();
    expect(names).to.deep.equal(["drift", "graph", "preview", "production", "staging", "test"]);
  });

  for (const [name, job] of JOBS) {
    it(`ends ${name} in time, calls what exists and lets no package run scripts`, () => {
      expect(job.timeout).to.match(/^\d+ minutes$/);
      expect(scriptProblems(scriptOf(job).join("\n"))).to.deep.equal([]);
    });

    it(`gives ${name} secrets only with an environment and one run at a time`, () => {
      const touches = /npx pulumi|--stack "\$STACK"|npm run policy/.test(scriptOf(job).join("\n"));
      expect(job.environment !== undefined).to.equal(touches);
      expect(job.resource_group !== undefined).to.equal(touches);
    });
  }

  it("keeps forks out of the preview, and everything but the default branch out of deployments", () => {
    const jobs = Object.fromEntries(JOBS);
    const own = "$CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_PROJECT_ID";
    expect(rulesOf(fieldsOf(jobs.preview)).every((rule) => rule.includes(own))).to.equal(true);
    const main = "$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH";
    for (const name of ["staging", "production"]) {
      const rules = rulesOf(fieldsOf(jobs[name]));
      expect(rules.length > 0 && rules.every((rule) => rule.startsWith(main))).to.equal(true);
    }
  });

  it("asks before an update, and takes exit code 7 of the drift check alone for a warning", () => {
    expect(listOf(TEMPLATE.rules).map((rule) => fieldsOf(rule).when)).to.deep.equal(["manual"]);
    // A preview knows too little for some rules: the update judges the rest.
    expect(scriptOf(TEMPLATE).join("\n")).to.match(/pulumi up .*--policy-pack policy /);
    const jobs = Object.fromEntries(JOBS);
    expect(fieldsOf(jobs.drift).allow_failure).to.deep.equal({ exit_codes: 7 });
    expect(fieldsOf(jobs.production).needs).to.deep.equal(["staging"]);
  });
});
