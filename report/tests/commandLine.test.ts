import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { runPreview } from "../readSource";
import { reportArguments } from "../reportArguments";
import { CONTAINER, digest, ENGINE, type Step } from "./previews";

const ROOT = join(__dirname, "../..");
const STEP: Step = {
  op: "replace",
  chain: `${ENGINE}$${CONTAINER}`,
  name: "backend-hasura-container",
  old: { user: "1" },
  new: { user: "2" },
  detailed: { user: "update-replace" },
};

describe("reportArguments", () => {
  it("reads where the preview comes from and where the report goes", () => {
    expect(
      reportArguments(["--stack", "dev", "--markdown=a.md", "--html", "a.html"]),
    ).to.deep.equal({
      source: { kind: "stack", stack: "dev" },
      markdown: "a.md",
      html: "a.html",
      limit: 65_535,
      title: "What this change does",
    });
    expect(reportArguments([]).source).to.deep.equal({ kind: "input" });
    expect(reportArguments(["--base", "a", "--head", "b"]).source).to.deep.equal({
      kind: "graphs",
      base: "a",
      head: "b",
    });
    expect(reportArguments(["--limit", "1000000"]).limit).to.equal(1_000_000);
  });

  const mistakes: [string[], RegExp][] = [
    [["--stak", "dev"], /does not take "--stak"; allowed: --stack/],
    [["dev"], /does not take "dev"/],
    [["-s", "dev"], /does not take "-s"/],
    [["--stack"], /--stack needs a value/],
    [["--stack", "--html"], /--stack needs a value/],
    [["--file="], /--file needs a value/],
    [["--stack", "a", "--stack", "b"], /given twice/],
    [["--stack", "a", "--file", "b"], /cannot be combined; give one of them/],
    [["--base", "a"], /belong together/],
    [["--head", "a"], /belong together/],
    [["--stack", "-x"], /allowed: letters, digits/],
    [["--stack", "a b"], /allowed: letters, digits/],
    [["--limit", "many"], /allowed: a whole number of characters from 3000 to/],
    [["--limit", "10"], /allowed: a whole number/],
    [["--limit", "9999999"], /allowed: a whole number/],
    [["--title", " "], /--title needs a text/],
    [["--title", "x".repeat(201)], /--title needs a text/],
  ];
  for (const [args, message] of mistakes) {
    it(`refuses ${args.join(" ").slice(0, 40)}`, () => {
      expect(() => reportArguments(args))
        .to.throw(message)
        .with.property("exitCode", 2);
    });
  }
});

describe("preview:report", function () {
  this.timeout(60_000);
  let folder: string;
  const run = (args: string[], input = "") => {
    const main = join(ROOT, "report", "main.ts");
    const command = ["--import", "tsx", main, ...args];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      input,
      cwd: ROOT,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-report-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("writes both forms from a file", () => {
    const [file, markdown, html] = ["p.json", "r.md", "r.html"].map((name) => join(folder, name));
    writeFileSync(file ?? "", digest([STEP]));
    const args = ["--file", `${file}`, "--markdown", `${markdown}`, "--html", `${html}`];
    const { status, stdout, stderr } = run([...args, "--title", "Pull request 7"]);
    expect({ status, stdout, stderr }).to.deep.equal({ status: 0, stdout: "", stderr: "" });
    expect(readFileSync(`${markdown}`, "utf8")).to.match(/^## Pull request 7: stack `dev`\n/);
    expect(readFileSync(`${html}`, "utf8")).to.match(/^<!DOCTYPE html>/);
  });

  it("reads standard input and writes standard output", () => {
    const { status, stdout } = run([], digest([STEP]));
    expect(status).to.equal(0);
    expect(stdout).to.include("Engine restart");
  });

  it("reports a preview that failed, and fails", () => {
    const diagnostics = [{ severity: "error", message: "error: password=tuna7fish is wrong" }];
    const { status, stdout } = run([], JSON.stringify({ diagnostics }));
    expect(status).to.equal(1);
    expect(stdout)
      .to.include("No change is known.")
      .and.include("The preview failed")
      .and.not.include("tuna7fish");
  });

  const bad: [string, string[], string, RegExp][] = [
    [
      "broken JSON",
      [],
      '{"steps":[',
      /^error: "standard input": the preview is broken or incomplete JSON/,
    ],
    ["an empty input", [], "", /^error: .*is empty/],
    ["a file that is not there", ["--file", "no/such.json"], "", /cannot be read \(ENOENT\)/],
    ["a folder", ["--file", "tools"], "", /cannot be read \(EISDIR\)/],
    [
      "a target that cannot be",
      ["--html", "no/such/r.html"],
      digest([]),
      /cannot be written \(ENOENT\)/,
    ],
    [
      "graphs that are none",
      ["--base", "package.json", "--head", "package.json"],
      "",
      /is not a recorded graph/,
    ],
  ];
  for (const [what, args, input, message] of bad) {
    it(`says in one line what is wrong with ${what}`, () => {
      const { status, stdout, stderr } = run(args, input);
      expect(stderr)
        .to.match(message)
        .and.match(/^[^\n]+\n$/);
      expect({ status, stdout }).to.deep.equal({ status: 1, stdout: "" });
    });
  }

  it("asks Pulumi for the events of the stack's preview", async () => {
    const launcher = join(folder, "pulumi");
    const script =
      '#!/bin/sh\necho "$@ $PULUMI_ENABLE_STREAMING_JSON_PREVIEW"\necho told >&2\nexit 7\n';
    writeFileSync(launcher, script);
    chmodSync(launcher, 0o700);
    expect(await runPreview({ launcher, root: folder }, "dev")).to.deep.equal({
      code: 7,
      stdout: "preview --json --stack dev --non-interactive --color never true\n",
      stderr: "told\n",
    });
  });

  it("says what to do in a checkout that is not set up", async () => {
    const paths = { launcher: join(folder, "absent"), root: folder };
    const failed = await runPreview(paths, "dev").catch((error: Error) => error.message);
    expect(failed).to.match(/not set up yet; run `npm run setup` first/);
  });
});
