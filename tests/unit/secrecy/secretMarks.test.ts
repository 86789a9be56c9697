import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { environmentsBelow, SHOWS_ENVIRONMENTS, startProcess } from "../../e2e/support/runProcess";
import { readable } from "../../support/secrecy/recordSecrets";
import { secretMarks } from "../../support/secrecy/secretMarks";

describe("secretMarks", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "clerk-hasura-marks-"));
    mkdirSync(join(root, "infra", "deep"), { recursive: true });
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const without = (code: string) => {
    writeFileSync(join(root, "infra", "deep", "file.ts"), code);
    return secretMarks(root).map(({ mutated }) => mutated);
  };

  const ROWS: [string, string, string][] = [
    ["a secret", "a = pulumi.secret(b);", "a = pulumi.output(b);"],
    ["a secret of an imported function", "a = secret(b);", "a = (b);"],
    ["a setting", 'a = config.requireSecret("b");', 'a = config.require("b");'],
    ["a setting's object", 'a = config.getSecretObject("b");', 'a = config.getObject("b");'],
    ["a marker of our own", "markSecrets(all);", "(all);"],
    [
      "outputs that are listed",
      'a = { additionalSecretOutputs: ["b"] };',
      "a = { additionalSecretOutputs: [] };",
    ],
  ];
  for (const [what, code, expected] of ROWS) {
    it(`finds ${what} and takes only the mark away`, () => {
      expect(without(code)).to.deep.equal([expected]);
    });
  }

  it("finds each of several, one at a time", () => {
    expect(without("a = pulumi.secret(pulumi.secret(b));")).to.deep.equal([
      "a = pulumi.output(pulumi.secret(b));",
      "a = pulumi.secret(pulumi.output(b));",
    ]);
  });

  it("takes nothing else for a mark", () => {
    const code =
      "// pulumi.secret(a)\nconst b = pulumi.unsecret(a); readStackSecret(b); mayBeSecret(a);\nfunction secret() {}";
    expect(without(code)).to.deep.equal([]);
  });
});

describe("readable", () => {
  const MARK = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value: { deep: ["hidden"] },
  };
  it("tells what is marked from what anyone may read", () => {
    const { open, marked } = readable({ name: "shown", list: [{ secret: MARK }] });
    expect(open).to.contain("shown").and.not.contain("hidden");
    expect(marked).to.contain("hidden").and.not.contain("shown");
  });

  it("takes no other special value for a secret", () => {
    const asset = {
      ...MARK,
      "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
    };
    expect(readable(asset).open).to.contain("hidden");
  });
});

describe("environmentsBelow", () => {
  it("reads what a process hands to those that it starts, however deep", async function () {
    if (!SHOWS_ENVIRONMENTS) this.skip();
    const inner = "HANDED=deep sh -c 'sleep 1; true'; true";
    const running = startProcess("/bin/sh", ["-c", `HANDED=on sh -c "${inner}"; true`]);
    const seen = await environmentsBelow(running);
    expect(seen).to.contain("HANDED=on").and.contain("HANDED=deep");
    expect((await running.finished).code).to.equal(0);
  });
});
