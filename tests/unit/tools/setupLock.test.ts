import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { startOf, tryLock } from "../../../tools/setup/setupLock.mjs";

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
