import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { judgementOf, judgeStack, violationTable } from "../../../tools/commands/policy";
import { pathsOf } from "../../../tools/setup/paths";
import { UserError } from "../../../tools/setup/userError.mjs";

const URN = "urn:pulumi:dev::clerk-hasura::a:b:C$docker:index/container:Container::api";
const SUMMARY = { summaryEvent: { maybeCorrupt: false } };
const FAILED = { diagnosticEvent: { severity: "error", message: "preview failed\n" } };

function violation(policyName: string, enforcementLevel: string, what: string, more: object = {}) {
  const message = `it holds; make it hold\n${what}\n`;
  return { policyEvent: { policyName, enforcementLevel, message, resourceUrn: URN, ...more } };
}
const ADVICE = violation("by-digest", "advisory", "is a tag");
const BROKEN = violation("console-off", "mandatory", "is on");

const logOf = (...events: object[]) => events.map((event) => `${JSON.stringify(event)}\n`).join("");

describe("judgementOf", () => {
  it("puts what stops an update first, and keeps both lines of a message apart", () => {
    expect(judgementOf(logOf(ADVICE, BROKEN, FAILED, SUMMARY))).to.deep.equal({
      violations: [
        {
          level: "mandatory",
          rule: "console-off",
          resource: "api",
          what: "is on",
          remedy: "it holds; make it hold",
        },
        {
          level: "advisory",
          rule: "by-digest",
          resource: "api",
          what: "is a tag",
          remedy: "it holds; make it hold",
        },
      ],
      errors: [],
      finished: true,
    });
  });

  it("tells errors from violations, and from warnings", () => {
    const error = { diagnosticEvent: { severity: "error", message: "no\nsuch key" } };
    const warning = { diagnosticEvent: { severity: "warning", message: "old" } };
    expect(judgementOf(logOf(error, warning, FAILED)).errors).to.deep.equal(["no such key"]);
  });

  it("takes a level it does not know for mandatory", () => {
    const [found] = judgementOf(logOf(violation("x", "remediate", "y"))).violations;
    expect(found?.level).to.equal("mandatory");
  });

  it("reads what is whole of a log that was cut off", () => {
    const log = logOf(BROKEN, SUMMARY);
    const cut = judgementOf(log.slice(0, -10));
    expect(cut.violations).to.have.length(1);
    expect(cut.finished).to.equal(false);
  });

  it("takes any text", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (log) => {
        expect(judgementOf(log)).to.include({ finished: false });
      }),
    );
  });
});

describe("violationTable", () => {
  it("is empty without violations", () => {
    expect(violationTable([])).to.equal("");
  });

  it("names a rule's remedy once", () => {
    const { violations } = judgementOf(logOf(BROKEN, BROKEN, ADVICE));
    expect(violationTable(violations).split("\n")).to.deep.equal([
      "level      rule         resource  what is wrong",
      "mandatory  console-off  api       is on",
      "mandatory  console-off  api       is on",
      "advisory   by-digest    api       is a tag",
      "",
      "What to do:",
      "  console-off: it holds; make it hold",
      "  by-digest: it holds; make it hold",
      "",
    ]);
  });

  it("lets no name move the cursor or start a line of its own", () => {
    const hostile = "\u001b[2Jgone\r\nmandatory  fake";
    const event = violation("rule", "advisory", "what", { resourceUrn: `${URN}${hostile}` });
    const table = violationTable(judgementOf(logOf(event)).violations);
    expect(table).to.not.contain("\u001b").and.not.contain("\r");
    expect(table.split("\n")).to.have.length(6);
  });
});

describe("npm run policy", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "chtest-policy-"));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  /** A checkout whose Pulumi writes this log, prints this error and exits like that. */
  async function checkout(log: string | undefined, code = 0, stderr = "") {
    const paths = pathsOf(root, {});
    await mkdir(dirname(paths.launcher), { recursive: true });
    await mkdir(paths.local, { recursive: true });
    await writeFile(paths.parts, JSON.stringify({ parts: [], env: {}, path: [] }));
    await writeFile(join(root, "log"), log ?? "");
    await writeFile(join(root, "stderr"), stderr);
    const write =
      log === undefined
        ? ""
        : `while [ "$1" != --event-log ]; do shift; done; cp '${root}/log' "$2"`;
    const lines = ["#!/bin/sh", `echo "$PULUMI_DEBUG_COMMANDS $*" > '${root}/called'`, write];
    await writeFile(
      paths.launcher,
      [...lines, `cat '${root}/stderr' >&2`, `exit ${code}`, ""].join("\n"),
    );
    await chmod(paths.launcher, 0o755);
    return paths;
  }

  async function judged(log: string | undefined, code = 0, stderr = "") {
    const paths = await checkout(log, code, stderr);
    let text = "";
    const error = await judgeStack(paths, "shop", (it) => {
      text += it;
    }).then(
      () => undefined,
      (it: unknown) => it,
    );
    expect(await readdir(paths.local), "what it left behind").to.deep.equal(["parts.json"]);
    if (error === undefined) return { text, exitCode: 0, message: "" };
    expect(error).to.be.instanceOf(UserError);
    const { exitCode, message } = error as UserError;
    expect(message).to.not.contain("\n");
    return { text, exitCode, message };
  }

  it("previews with the pack of this checkout, and changes nothing", async () => {
    await judged(logOf(SUMMARY));
    const called = await readFile(join(root, "called"), "utf8");
    expect(called).to.match(
      /^true preview --policy-pack .+\/policy --suppress-outputs --event-log /,
    );
    expect(called).to.contain("--stack shop --non-interactive");
  });

  const ROWS: [string, string | undefined, number, string, number, string][] = [
    ["a stack that keeps every rule", logOf(SUMMARY), 0, "", 0, ""],
    ["advice alone", logOf(ADVICE, SUMMARY), 0, "", 0, ""],
    ["a broken rule", logOf(BROKEN, FAILED, SUMMARY), 1, "", 5, "1 violation; 0 pieces"],
    ["a broken rule, by Pulumi's own number", logOf(BROKEN, SUMMARY), 5, "", 5, "breaks mandatory"],
    [
      "a program that fails as well",
      logOf(BROKEN, { diagnosticEvent: { severity: "error", message: "no such key" } }, SUMMARY),
      1,
      "",
      1,
      "no such key; correct that first",
    ],
    [
      "no stack",
      undefined,
      6,
      "error: no stack named 'shop' found",
      1,
      "there is no stack shop yet",
    ],
    ["a wrong passphrase", undefined, 1, "error: incorrect passphrase", 1, "PULUMI_CONFIG_PASS"],
    ["a pack that does not start", logOf(), 1, "error: policy pack failed to start", 1, "to start"],
    ["no events at all", undefined, 0, "", 1, "--event-log"],
  ];
  for (const [title, log, code, stderr, exitCode, message] of ROWS) {
    it(`ends with ${exitCode} for ${title}`, async () => {
      const outcome = await judged(log, code, stderr);
      expect(outcome.exitCode).to.equal(exitCode);
      expect(outcome.message).to.contain(message);
      if (exitCode === 0) expect(outcome.text).to.contain("Stack shop keeps every mandatory rule");
      if (exitCode === 5) expect(outcome.text).to.contain("console-off");
    });
  }
});
