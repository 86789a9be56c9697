import * as pulumi from "@pulumi/pulumi";
import { ProblemList } from "./problems";
import { rejectProblems } from "./rejectProblems";

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
