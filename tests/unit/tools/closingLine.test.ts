import { expect } from "chai";
import { closingLine, failureList, skippedList, totalOf } from "../../../tools/commands/test";

describe("the closing line", () => {
  const failure = (title: string, message = "expected 1 to equal 2") => ({ title, message });
  const counts = (passed: number, ...failures: { title: string; message: string }[]) =>
    `${JSON.stringify({ passed, failed: failures.length, failures })}\n`;

  it("adds up the runs", () => {
    const total = totalOf(counts(10) + counts(3, failure("a"), failure("b")), [0, 2]);
    expect(closingLine(total)).to.equal("13 passed, 2 failed");
  });
  it("counts a run that ended without counts as a failure", () => {
    expect(closingLine(totalOf(counts(10), [0, 1]))).to.equal("10 passed, 1 failed");
    expect(closingLine(totalOf("", [0]))).to.equal("0 passed, 1 failed");
  });
  it("counts a bad end without a failed test as a failure", () => {
    expect(closingLine(totalOf(counts(10), [1]))).to.equal("10 passed, 1 failed");
  });
  it("stands below what failed in any run, and below nothing where nothing did", () => {
    const total = totalOf(
      counts(1, failure("unit", "one\ntwo")) + counts(1, failure("e2e")),
      [1, 1],
    );
    expect(failureList(total)).to.equal(
      "Failed:\n1) unit\n   one\n   two\n2) e2e\n   expected 1 to equal 2\n",
    );
    expect(failureList(totalOf(counts(2), [0]))).to.equal("");
  });
  it("stands below what was skipped, by name and in number", () => {
    const run = JSON.stringify({ passed: 1, failed: 0, failures: [], skipped: ["in YAML up"] });
    const total = totalOf(`${run}\n${counts(2)}${run}\n`, [0, 0, 0]);
    expect(skippedList(total)).to.equal(
      "Skipped (2; see docs/testing.md):\n- in YAML up\n- in YAML up\n",
    );
    expect(skippedList(totalOf(counts(2), [0]))).to.equal("");
    expect(closingLine(total)).to.equal("4 passed, 0 failed");
  });
  it("keeps a long message short", () => {
    const list = failureList(totalOf(counts(0, failure("long", "x".repeat(5000))), [1]));
    expect(list).to.have.lengthOf(1000 + "Failed:\n1) long\n   \n".length);
  });
});
