import * as pulumi from "@pulumi/pulumi";

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
