import { expect } from "chai";
import { closingLine, totalOf } from "../../../tools/commands/closingLine.mjs";

describe("the closing line", () => {
  const counts = (passed: number, failed: number) => `${JSON.stringify({ passed, failed })}\n`;
  it("adds up the runs", () => {
    const total = totalOf(counts(10, 0) + counts(3, 2), [0, 2]);
    expect(closingLine(total)).to.equal("13 passed, 2 failed");
  });
  it("counts a run that ended without counts as a failure", () => {
    expect(totalOf(counts(10, 0), [0, 1])).to.deep.equal({ passed: 10, failed: 1 });
    expect(totalOf("", [0])).to.deep.equal({ passed: 0, failed: 1 });
  });
  it("counts a bad end without a failed test as a failure", () => {
    expect(totalOf(counts(10, 0), [1])).to.deep.equal({ passed: 10, failed: 1 });
  });
});
