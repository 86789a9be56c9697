import * as pulumi from "@pulumi/pulumi";
import { isObject } from "./isObject";
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

/** What of the paths, such as `postgres.external`, is an Output or a promise; below one nothing is looked for. */
function latePaths(args: object, paths: readonly string[]): string[] {
  const isLate = (value: unknown, [name, ...rest]: string[]): boolean => {
    if (isLater(value)) return name === undefined;
    if (name === undefined || !isObject(value)) return false;
    return isLate(value[name], rest);
  };
  return paths.filter((path) => isLate(args, path.split(".")));
}

/**
 * Groups of settings that are one Output as a whole: which resources there are depends on their fields, so the object itself must be
 * known, while its fields may be Outputs. From another language a secret object arrives like that.
 */
export function wholeOutputs(args: object, groups: readonly string[]): Problem[] {
  return latePaths(args, groups).map((path) => ({
    path,
    reason:
      "is one Output as a whole; allowed: an object whose fields may be Outputs; mark its fields as secret instead of the object",
  }));
}

/**
 * Plain arguments that are Outputs all the same. The types refuse that, but Pulumi's host of components hands over whatever another
 * language's program marked secret or took from a resource; an Output of false would count as true.
 */
export function plainOutputs(args: object, paths: readonly string[]): Problem[] {
  return latePaths(args, paths).map((path) => ({
    path,
    reason:
      "is an Output, though it has to be known before any resource exists; allowed: a plain value; write the value itself, neither secret nor out of a resource",
  }));
}
