import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  CommandFailed,
  contextsWithLog,
  runCommand,
  tellingLine,
} from "../../../tools/setup/context";
import { pathsOf } from "../../../tools/setup/paths";

async function failure(work: Promise<string>): Promise<CommandFailed> {
  const outcome = await work.catch((error: unknown) => error);
  if (outcome instanceof CommandFailed) return outcome;
  throw new Error("it succeeded");
}

describe("runCommand", () => {
  it("gives the standard output alone and hands the input over", async () => {
    expect(await runCommand("sh", ["-c", "cat; echo no >&2"], { input: "yes" })).to.equal("yes");
  });
  it("says the exit code and the last error line", async () => {
    const { message } = await failure(
      runCommand("sh", ["-c", "echo one >&2; echo two >&2; exit 3"]),
    );
    expect(message).to.match(/failed with exit code 3: two$/);
  });
  it("prefers the line that announces the error", () => {
    const npm = "npm error code EUSAGE\nnpm error\nnpm error no lock\nnpm error log in /x\n";
    expect(tellingLine(npm)).to.equal("npm error no lock");
    expect(tellingLine("E: Unable to locate package x\nbye\n")).to.equal(
      "E: Unable to locate package x",
    );
    expect(tellingLine("one\ntwo\n")).to.equal("two");
    expect(tellingLine("")).to.equal("");
  });
  it("says that a command is not there", async () => {
    const { message } = await failure(runCommand("no-such-command", ["version"]));
    expect(message).to.include("`no-such-command version` did not start");
  });
  it("ends a command that takes too long", async () => {
    const { message } = await failure(runCommand("sleep", ["60"], { timeoutMs: 50 }));
    expect(message).to.include("was ended by SIGTERM");
  });
});

describe("a set-up context", () => {
  it("logs commands, both of their streams and what is said", async () => {
    const root = mkdtempSync(join(tmpdir(), "context-"));
    try {
      const said: string[] = [];
      const paths = { ...pathsOf(root), setupLog: join(root, "setup.log") };
      const context = contextsWithLog(paths)((text) => said.push(text));
      context.say("at work");
      expect(await context.run("sh", ["-c", "echo out; echo err >&2"])).to.equal("out\n");
      expect(said).to.deep.equal(["at work"]);
      const log = readFileSync(paths.setupLog, "utf8");
      for (const part of ["at work\n", "$ sh -c", "out\n", "err\n"]) expect(log).to.include(part);
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
