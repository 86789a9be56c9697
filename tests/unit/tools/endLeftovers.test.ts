import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect } from "chai";
import { endLeftovers, startedBy } from "../../../tools/commands/endLeftovers";

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
