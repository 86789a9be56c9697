import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { endLeftovers, startedBy } from "../../../tools/commands/endLeftovers";
import {
  CommandFailed,
  contextsWithLog,
  runCommand,
  tellingLine,
} from "../../../tools/setup/context";
import { pathsOf } from "../../../tools/setup/paths";

/** No process has this number: it is beyond what a kernel gives out. */
const GONE = 99_999_999;
const TOOLS = join(__dirname, "../../../tools/commands");

describe("what a Pulumi leaves behind", () => {
  const started: ChildProcess[] = [];
  const start = (update: string, script: string) => {
    const env = { PATH: process.env.PATH, CLERK_HASURA_UPDATE: update };
    // A group of its own, as plugins have.
    const child = spawn("/bin/sh", ["-c", script], { env, detached: true, stdio: "pipe" });
    started.push(child);
    return child;
  };
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  it("is ended with what it has started, and nothing of another Pulumi is", async () => {
    const plugin = start(`${GONE}`, "sleep 60 & echo up; wait");
    const other = start(`${GONE + 1}`, "echo up; exec sleep 60");
    await Promise.all([plugin, other].map(({ stdout }) => once(stdout ?? plugin, "data")));
    expect(startedBy(GONE)).to.have.length(2).and.include(plugin.pid);
    expect(await endLeftovers(GONE)).to.equal(2);
    expect(startedBy(GONE)).to.deep.equal([]);
    expect(startedBy(GONE + 1)).to.deep.equal([other.pid]);
  }).timeout(20_000);

  it("is ended too where it does not listen", async () => {
    const deaf = start(`${GONE}`, 'trap "" TERM; echo up; while :; do sleep 0.1; done');
    await once(deaf.stdout ?? deaf, "data");
    await endLeftovers(GONE);
    expect(startedBy(GONE)).to.deep.equal([]);
  }).timeout(20_000);
});

/** A command whose child says what reaches it; it has a process of its own, since signals of this one end the run of the tests. */
const COMMAND = `
const { spawn } = require("node:child_process");
const { leaveSignalsTo } = require(${JSON.stringify(join(TOOLS, "childSignals.ts"))});
const script = 'trap "echo int" INT; trap "exit 3" TERM; echo up; while :; do sleep 0.05; done';
const child = spawn("/bin/sh", ["-c", script], { detached: true, stdio: ["ignore", "inherit", "inherit"] });
leaveSignalsTo(child);
console.log("ready");
child.on("close", (code) => console.log(code + " " + process.listenerCount("SIGHUP")));
`;

describe("signals for a child", () => {
  it("are passed on once, though npm passes on what the terminal has sent", async () => {
    const command = spawn(process.execPath, ["--require", "tsx/cjs", "-e", COMMAND]);
    let text = "";
    const ended = once(command, "close");
    // Both have to listen: a signal that comes earlier ends the command alone.
    await new Promise<void>((resolve) => {
      command.stdout.on("data", (chunk) => {
        text += String(chunk);
        if (text.includes("up") && text.includes("ready")) resolve();
      });
    });
    command.kill("SIGINT");
    command.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
    command.kill("SIGTERM");
    await ended;
    expect(text.replace("ready\n", "")).to.equal("up\nint\n3 0\n");
  }).timeout(20_000);
});

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
