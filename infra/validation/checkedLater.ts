import * as pulumi from "@pulumi/pulumi";
import type { Problem, Result } from "./problems";
import { rejectProblems } from "./rejectProblems";

/**
 * The value with all its Outputs resolved, checked on the way; use the result and not the input, so that nothing is built of an
 * unchecked value. What was known at once has been checked before any resource was registered.
 */
export function checkedLater<T>(
  what: string,
  value: unknown,
  check: (value: T) => readonly Problem[],
): pulumi.Output<T> {
  const resolved = pulumi.output(value) as unknown as pulumi.Output<T>;
  return resolved.apply((plain) => {
    const known = plain as T;
    rejectProblems(what, check(known));
    return known;
  });
}

/** What a value with all its Outputs resolved comes to; problems are rejected on the way. */
export function resolvedLater<T, R>(
  what: string,
  value: unknown,
  resolve: (value: T) => Result<R>,
): pulumi.Output<R> {
  const known = pulumi.output(value) as unknown as pulumi.Output<T>;
  const settled = known.apply((plain) => {
    const { value: result, problems = [] } = resolve(plain as T);
    rejectProblems(what, problems);
    if (result === undefined) throw new Error(`${what} has neither a value nor problems`);
    return result;
  });
  return settled as unknown as pulumi.Output<R>;
}
