import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "./problems";

/** A value as it is known while the program still runs: fields that are Outputs or promises are left out. */
export interface Known<T> {
  value: T;
  /** False when at least one field had to be left out. */
  complete: boolean;
}

function isLater(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

/** Splits what can be checked before any resource exists from what only an Output will tell. */
export function knownNow<T>(input: unknown): Known<T> {
  let complete = true;
  const strip = (value: unknown): unknown => {
    if (isLater(value)) {
      complete = false;
      return undefined;
    }
    if (Array.isArray(value)) return value.map(strip);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, strip(child)]));
  };
  return { value: strip(input) as T, complete };
}

/**
 * Groups of settings that are one Output as a whole: which resources there are depends on their fields, so the object itself must be
 * known, while its fields may be Outputs. From another language a secret object arrives like that.
 */
export function wholeOutputs(args: object, groups: readonly string[]): Problem[] {
  const given = args as Record<string, unknown>;
  return groups
    .filter((group) => isLater(given[group]))
    .map((group) => ({
      path: group,
      reason:
        "is one Output as a whole; allowed: an object whose fields may be Outputs; mark its fields as secret instead of the object",
    }));
}
