import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect } from "chai";
import { answers, ScriptedServer } from "../providers/scriptedServer";

const MAIN = join(__dirname, "../../../tools/ci/main.ts");

function run(args: string[], env: NodeJS.ProcessEnv = {}) {
  const bare = { PATH: process.env.PATH ?? "", ...env };
  const { status, stdout } = spawnSync(process.execPath, ["--import", "tsx", MAIN, ...args], {
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

  it("opens an issue without the secrets of what it is given", async () => {
    const directory = mkdtempSync(join(tmpdir(), "chtest-issue-"));
    const server = new ScriptedServer();
    await server.start();
    try {
      server.plays(answers(200, []), answers(201));
      const file = join(directory, "drift.txt");
      writeFileSync(file, "dial postgres://app:tuna7fish@db failed\nsent horse battery\n");
      const env = {
        PATH: process.env.PATH ?? "",
        GITHUB_API_URL: server.url,
        GITHUB_REPOSITORY: "me/shop",
        GITHUB_RUN_ID: "1",
        GITHUB_TOKEN: "of-the-job",
        OWN_PASSWORD: "horse battery",
      };
      const args = [
        "--import",
        "tsx",
        MAIN,
        "issue",
        "--stack",
        "staging",
        "--kind",
        "drift",
        "--file",
        file,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      expect(stdout).to.equal("issue of staging: opened\n");
      const sent = server.seen.at(-1)?.body ?? "";
      expect(sent)
        .to.include("postgres://***@db failed")
        .and.not.match(/tuna7fish|horse/);
    } finally {
      await server.stop();
      rmSync(directory, { recursive: true });
    }
  });

  const mistakes: [string[], RegExp][] = [
    [[], /unknown command ""; allowed: settings/],
    [["frob"], /unknown command "frob"/],
    [["constructor"], /unknown command "constructor"/],
    [["drift", "--stak", "x"], /drift does not take "--stak"/],
    [["drift", "--stack"], /--stack needs a value/],
    [["drift", "--file", "f"], /drift needs --stack VALUE/],
    [["comment", "--stack", "x"], /comment needs --file VALUE/],
    [["comment", "--stack", "a b", "--file", "f"], /--stack is "a b"; allowed: letters/],
    [
      ["issue", "--stack", "x", "--file", "f", "--kind", "y"],
      /--kind is "y"; allowed: drift, clean/,
    ],
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
