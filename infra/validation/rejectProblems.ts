import * as pulumi from "@pulumi/pulumi";
import { type Problem, ProblemList } from "./problems";

/**
 * Throws one error that lists every problem, so that a user mends them all in one go; returns when there is none.
 * `RunError` is what Pulumi prints without a stack trace.
 */
export function rejectProblems(what: string, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ path, reason }) => `  - ${path}: ${reason}`);
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  throw new pulumi.RunError(`${what} cannot be built (${count}):\n${lines.join("\n")}`);
}

/**
 * What a value comes to once all its Outputs are known; problems are rejected on the way. Use the result and not the input, so that
 * nothing is built of an unchecked value. What was known at once has been checked before any resource was registered.
 */
export function settledLater<T, R>(
  what: string,
  value: T,
  settle: (value: pulumi.Unwrap<T>, problems: ProblemList) => R | undefined,
): pulumi.Output<R> {
  const settled = pulumi.output(value).apply((known) => {
    const problems = new ProblemList();
    const result = settle(known, problems);
    rejectProblems(what, problems.list());
    if (result === undefined) throw new Error(`${what} has neither a value nor problems`);
    return result;
  });
  return settled as pulumi.Output<R>;
}
