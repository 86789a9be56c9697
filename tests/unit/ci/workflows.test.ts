import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { type Fields, fieldsOf, listOf, readYaml } from "./yaml";

const ROOT = join(__dirname, "../../..");
const FOLDER = join(ROOT, ".github/workflows");
const FILES = readdirSync(FOLDER).filter((file) => /\.ya?ml$/.test(file));
const textOf = (file: string) => readFileSync(join(FOLDER, file), "utf8");
const JOBS = FILES.flatMap((file) => {
  const { on, jobs } = readYaml(textOf(file));
  return Object.entries(fieldsOf(jobs)).map(([name, job]) => ({
    name: `${file} ${name}`,
    fields: fieldsOf(job),
    runs: listOf(fieldsOf(job).steps).map((step) => String(fieldsOf(step).run ?? "")),
    pullRequest: "pull_request" in fieldsOf(on),
  }));
});

const SCRIPTS: Record<string, string> = JSON.parse(
  readFileSync(join(ROOT, "package.json"), "utf8"),
).scripts;

/** What a job's script calls that does not exist, and installations that run the scripts of packages. */
function scriptProblems(script: string): string[] {
  const named = [...script.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map(([, it = ""]) => it);
  const files = [...script.matchAll(/\btools\/\S+/g)].map(([file]) => file);
  const foreign = script
    .split("\n")
    .filter((line) => /npm (ci|install)\b(?!.* --ignore-scripts\b)/.test(line));
  return [
    ...named.filter((it) => !(it in SCRIPTS)).map((it) => `npm run ${it} does not exist`),
    ...files.filter((file) => !existsSync(join(ROOT, file))).map((it) => `${it} does not exist`),
    ...foreign.map((line) => `${line} runs scripts of packages`),
  ];
}

/** actionlint knows the language, zizmor what is unsafe in it; the same findings everywhere, whatever else is on PATH. */
const CHECKERS: [tool: string, args: string[], how: string][] = [
  ["actionlint", ["-no-color", "-shellcheck=", "-pyflakes="], "`npm test` builds it"],
  [
    "zizmor",
    ["--offline", "--quiet", "--no-progress", "--color=never", "--persona=pedantic"],
    "`npm test` installs it by pip",
  ],
];

const isOnPath = (tool: string) =>
  (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, tool)));

describe("workflows", () => {
  it("are the five that the documentation speaks of", () => {
    const names = ["deploy.yml", "drift.yml", "preview.yml", "release.yml", "test.yml"];
    expect(FILES.sort()).to.deep.equal(names);
  });

  for (const [tool, args, how] of CHECKERS) {
    it(`are accepted by ${tool}`, function () {
      if (!isOnPath(tool)) {
        process.stdout.write(`      ${tool} is not on PATH; ${how}\n`);
        this.skip();
      }
      const files = FILES.map((file) => join(FOLDER, file));
      const { stdout, status } = spawnSync(tool, [...args, ...files], { encoding: "utf8" });
      expect(stdout.replace(/^No findings to report.*$/m, "").trim()).to.equal("");
      expect(status).to.equal(0);
    }).timeout(60_000);
  }

  for (const { name, fields, runs, pullRequest } of JOBS) {
    it(`${name} ends in time, calls what exists and lets no package run scripts`, () => {
      expect(fields["timeout-minutes"]).to.be.within(1, 120);
      for (const run of runs) expect(scriptProblems(run), run).to.deep.equal([]);
    });

    it(`${name} gives secrets neither to forks nor to other branches`, () => {
      if (!/\bsecrets\./.test(JSON.stringify(fields))) return;
      const guard = pullRequest
        ? "github.event.pull_request.head.repo.full_name == github.repository"
        : "github.ref == 'refs/heads/main'";
      expect(fields.if).to.include(guard).and.not.include("||");
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
});

const TEXT = readFileSync(join(ROOT, "docs/ci/gitlab-ci.yml"), "utf8");
const PIPELINE = readYaml(TEXT);
const SETTINGS = ["stages", "workflow", "default", "variables"];
const TEMPLATE = fieldsOf(PIPELINE[".deploy"]);
const GITLAB_JOBS = Object.entries(PIPELINE)
  .filter(([name]) => !SETTINGS.includes(name) && !name.startsWith("."))
  .map(([name, job]): [string, Fields] => {
    const own = fieldsOf(job);
    return [name, own.extends === ".deploy" ? { ...TEMPLATE, ...own } : own];
  });
const scriptOf = (job: Fields) => listOf(job.script).map(String);
const rulesOf = (job: Fields) => listOf(job.rules).map((rule) => String(fieldsOf(rule).if));

describe("the GitLab pipeline", () => {
  it("has the jobs of the workflows", () => {
    const names = GITLAB_JOBS.map(([name]) => name).sort();
    expect(names).to.deep.equal(["drift", "graph", "preview", "production", "staging", "test"]);
  });

  for (const [name, job] of GITLAB_JOBS) {
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
    const jobs = Object.fromEntries(GITLAB_JOBS);
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
    const jobs = Object.fromEntries(GITLAB_JOBS);
    expect(fieldsOf(jobs.drift).allow_failure).to.deep.equal({ exit_codes: 7 });
    expect(fieldsOf(jobs.production).needs).to.deep.equal(["staging"]);
  });
});
