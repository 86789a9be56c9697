import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { Problem, ProblemList } from "../../../infra/validation/problems";
import { rejectProblems, settledLater } from "../../../infra/validation/rejectProblems";
import { resolvedValue } from "../../support/recordGraph";

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

function measured({ text }: { text: string }, problems: ProblemList): number {
  if (text.length < 4) problems.add("a.b", "is too short; allowed: 4; write more");
  return text.length;
}

describe("settledLater", () => {
  it("returns what the value comes to, and keeps it secret", async () => {
    const text = pulumi.secret("long enough");
    const settled = settledLater("Thing", { text }, measured);
    expect(await resolvedValue(settled)).to.equal(11);
    expect(await pulumi.isSecret(settled)).to.equal(true);
  });

  it("fails where the value is used, without the value in its message", async () => {
    const settled = settledLater("Thing", { text: pulumi.secret("xyz") }, measured);
    const failure = await resolvedValue(settled).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(failure).to.equal(
      "Thing cannot be built (1 problem):\n  - a.b: is too short; allowed: 4; write more",
    );
  });
});
