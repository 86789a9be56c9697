import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { isRunning, startOf, tryLock } from "../../../tools/setup/setupLock.mjs";
import { waitFor } from "../../support/waiting";

/** Above what Linux gives out. */
const NOBODY = 2 ** 30;

describe("lock of the set-up", () => {
  let directory = "";
  let lock = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "setup-lock-"));
    lock = join(directory, "setup.lock");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const take = () => {
    const outcome = tryLock(lock);
    if ("heldBy" in outcome) throw new Error(`held by ${outcome.heldBy}`);
    return outcome.release;
  };

  it("is given to one only, and to the next when it is given back", () => {
    const release = take();
    expect(tryLock(lock)).to.deep.equal({ heldBy: process.pid });
    release();
    expect(existsSync(lock)).to.equal(false);
    take()();
  });

  const left: [string, string][] = [
    ["a process that is gone", JSON.stringify({ pid: NOBODY, startedAt: "1" })],
    ["an earlier process of the same number", JSON.stringify({ pid: process.pid, startedAt: "1" })],
    ["a machine that went down while writing", ""],
  ];
  for (const [who, content] of left) {
    it(`is taken over from ${who}`, function () {
      if (who.includes("same number") && startOf(process.pid) === "") this.skip();
      writeFileSync(lock, content);
      take()();
    });
  }

  it("leaves nothing else behind", () => {
    writeFileSync(lock, JSON.stringify({ pid: NOBODY, startedAt: "" }));
    take();
    expect(readdirSync(directory)).to.deep.equal(["setup.lock"]);
  });
});

describe("a process that has ended", () => {
  it("does not run, although it takes signals until its parent has taken note", async () => {
    // The second sleep takes the shell's place and never asks for its child.
    const parent = spawn("/bin/sh", ["-c", "sleep 0.1 & echo $!; exec sleep 30"]);
    try {
      const [line] = await once(parent.stdout, "data");
      const child = Number(String(line));
      await waitFor("the child has ended", async () =>
        / Z /.test(readFileSync(`/proc/${child}/stat`, "utf8")) ? true : undefined,
      );
      expect(process.kill(child, 0)).to.equal(true);
      expect(isRunning(child)).to.equal(false);
      expect(isRunning(process.pid)).to.equal(true);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
