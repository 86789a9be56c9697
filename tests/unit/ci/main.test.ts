import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";

const MAIN = join(__dirname, "../../../tools/ci/main.mjs");

function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const bare = { PATH: process.env.PATH ?? "", ...env };
  const { status, stdout } = spawnSync(process.execPath, [MAIN, ...args], {
    encoding: "utf8",
    env: bare,
  });
  return { status, lines: stdout.trimEnd().split("\n") };
}

const EXIT = (code: number) => ["--", process.execPath, "-e", `process.exit(${code})`];

describe("the command line of the jobs", () => {
  it("keeps the exit code of what it runs and says what it means", () => {
    for (const [code, text] of [
      [5, /^::error::policy of staging: a mandatory policy is violated.*\(exit code 5\)$/],
      [7, /changes were found where none were expected/],
      [255, /Pulumi failed inside/],
    ] as const) {
      const { status, lines } = run(["explain", "--what", "policy of staging", ...EXIT(code)], {
        GITHUB_ACTIONS: "true",
      });
      expect(status).to.equal(code);
      expect(lines.at(-1)).to.match(text);
    }
  });

  it("says nothing where all is well, and hands every argument on", () => {
    const script = "process.stdout.write(process.argv.slice(1).join())";
    const args = ["--", process.execPath, "-e", script, "--", "--stack", "a b"];
    expect(run(["explain", "--what", "x", ...args])).to.deep.equal({
      status: 0,
      lines: ["--stack,a b"],
    });
  });

  const mistakes: [string[], RegExp][] = [
    [[], /unknown command ""; allowed: settings/],
    [["frob"], /unknown command "frob"/],
    [["constructor"], /unknown command "constructor"/],
    [["drift", "--stak", "x"], /Unknown option '--stak'/],
    [["drift", "--stack"], /--stack/],
    [["drift", "--file", "f"], /--stack is missing/],
    [["comment", "--stack", "x"], /--file is missing/],
    [["comment", "--stack", "a b", "--file", "f"], /--stack is no stack name/],
    [["comment", "--stack=-x", "--file", "f"], /--stack is no stack name/],
    [["explain", "--what", "x"], /explain needs a command/],
    [["settings", "--stack", "staging"], /PULUMI_BACKEND_URL is not set/],
    [["comment", "--stack", "x", "--file", "no-such"], /GITHUB_TOKEN is not set/],
  ];
  for (const [args, text] of mistakes) {
    it(`refuses \`${args.join(" ")}\` in one line with exit code 2`, () => {
      const { status, lines } = run(args);
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(text);
      expect(status).to.equal(2);
    });
  }
});
