import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Problem } from "../../../infra/validation/problems";
import { rejectProblems } from "../../../infra/validation/rejectProblems";

const problem = (path: string): Problem => ({ path, reason: "is wrong" });

describe("rejectProblems", () => {
  it("returns when nothing is wrong", () => {
    expect(() => rejectProblems("Thing", [])).not.to.throw();
  });

  it("counts one problem as one", () => {
    expect(() => rejectProblems("Thing", [problem("a")])).to.throw(
      "Thing cannot be built (1 problem):\n  - a: is wrong",
    );
  });

  it("lists every problem on a line of its own, in order", () => {
    expect(() => rejectProblems("Thing", [problem("b"), problem("a")])).to.throw(
      "Thing cannot be built (2 problems):\n  - b: is wrong\n  - a: is wrong",
    );
  });

  it("throws what Pulumi prints without a stack trace", () => {
    expect(() => rejectProblems("Thing", [problem("a")])).to.throw(pulumi.RunError);
  });
});
