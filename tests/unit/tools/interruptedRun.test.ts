import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { closingLine, totalOf, wasInterrupted } from "../../../tools/commands/test";

const ROOT = join(__dirname, "../../..");

/** A suite whose first test says that it runs and takes a while, and whose clean-up leaves a file. */
const SUITE = `
const { writeFileSync } = require("node:fs");
describe("suite", () => {
  after(() => writeFileSync("cleaned", ""));
  it("first", (done) => {
    process.stdout.write("first runs\\n");
    setTimeout(done, 300);
  });
  it("second", () => writeFileSync("second", ""));
});
`;

describe("an interrupted run of tests", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "chtest-interrupted-"));
    writeFileSync(join(folder, "suite.cjs"), SUITE);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    it(`by ${signal} cleans up, runs no further test, and has not passed`, async () => {
      const counts = join(folder, "counts.jsonl");
      const mocha = join(ROOT, "node_modules/mocha/bin/mocha.js");
      const reporter = join(ROOT, "tools/commands/closingLineReporter.cjs");
      const args = [mocha, "--no-config", "--reporter", reporter, "suite.cjs"];
      const env = { PATH: process.env.PATH, CLERK_HASURA_TEST_COUNTS: counts };
      const child = spawn(process.execPath, args, { cwd: folder, env, stdio: "pipe" });
      let text = "";
      const runs = new Promise<void>((resolve) => {
        child.stdout.on("data", (chunk) => {
          text += String(chunk);
          if (text.includes("first runs")) resolve();
        });
      });
      const ended = once(child, "close");
      await Promise.race([runs, ended]);
      child.kill(signal);
      const [code] = await ended;
      expect(code, text).to.equal(1);
      expect(text).to.include("Interrupted").and.include("1 passing");
      expect(["cleaned", "second"].map((name) => existsSync(join(folder, name)))).to.deep.equal([
        true,
        false,
      ]);
      const written = readFileSync(counts, "utf8");
      expect(wasInterrupted(written)).to.equal(true);
      expect(closingLine(totalOf(written, [code]))).to.equal("1 passed, 1 failed");
    });
  }
});
