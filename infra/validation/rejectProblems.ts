import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problems";

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
