import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cacheEntry } from "../cacheEntry";

describe("cacheEntry", () => {
  let cacheDir: string;
  beforeEach(() => {
    cacheDir = mkdtempSync(join(tmpdir(), "clerk-hasura-cache-"));
  });
  afterEach(() => rmSync(cacheDir, { recursive: true }));

  const context = () => ({
    cacheDir,
    log: () => undefined,
    say: () => undefined,
    run: async () => "",
  });
  const writing = (text: string) => (draft: string) => writeFile(draft, text);

  it("builds once", async () => {
    const first = await cacheEntry(context(), "part/a-1", writing("one"));
    const second = await cacheEntry(context(), "part/a-1", writing("two"));
    expect(second).to.equal(first);
    expect(readFileSync(second, "utf8")).to.equal("one");
  });
  it("leaves nothing of a build that failed", async () => {
    const failing = async (draft: string) => {
      await mkdir(draft);
      throw new Error("disk full");
    };
    const outcome = await cacheEntry(context(), "part/a-1", failing).catch(
      (error) => error.message,
    );
    expect(outcome).to.equal("disk full");
    expect(readdirSync(join(cacheDir, "part"))).to.deep.equal([]);
  });
  it("removes drafts of processes that are gone and keeps those of others", async () => {
    await mkdir(join(cacheDir, "part"));
    // Larger than any process id that Linux gives.
    const abandoned = join(cacheDir, "part", "a-1.draft-99999999");
    const foreign = join(cacheDir, "part", `a-2.draft-${process.ppid}`);
    for (const path of [abandoned, foreign]) writeFileSync(path, "half");
    await cacheEntry(context(), "part/a-1", writing("whole"));
    expect(readdirSync(join(cacheDir, "part"))).to.have.members([
      "a-1",
      `a-2.draft-${process.ppid}`,
    ]);
  });
  it("takes what another process finished meanwhile", async () => {
    const path = await cacheEntry(context(), "part/tree", async (draft) => {
      await mkdir(draft);
      await mkdir(join(cacheDir, "part", "tree", "of-the-other"), { recursive: true });
    });
    expect(readdirSync(path)).to.deep.equal(["of-the-other"]);
  });
});
