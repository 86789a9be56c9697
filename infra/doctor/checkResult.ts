/** How a check came out. */
export const Outcome = {
  Ok: "ok",
  /** What Hasura does by design and people should know; nothing is wrong. */
  Info: "info",
  Warning: "warning",
  Failed: "failed",
  /** Could not be looked at; the finding says why. */
  Skipped: "skipped",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What a check is, whatever comes of it. */
export interface CheckName {
  /** Stable name for machines. Example: `jwks.refresh`. */
  id: string;
  /** Name for people. */
  title: string;
}

/** What is wrong, and what to do. */
export interface Advice {
  finding: string;
  remedy: string;
}

/** One line of the doctor's report; never holds a secret or a token. */
export interface CheckResult extends CheckName {
  outcome: Outcome;
  /** What was found, on one line. */
  finding: string;
  /** What to do; set unless the outcome is ok. */
  remedy?: string;
}

export function ok(name: CheckName, finding: string): CheckResult {
  return { ...name, outcome: Outcome.Ok, finding };
}

export function info(name: CheckName, finding: string, remedy: string): CheckResult {
  return { ...name, outcome: Outcome.Info, finding, remedy };
}

export function warning(name: CheckName, finding: string, remedy: string): CheckResult {
  return { ...name, outcome: Outcome.Warning, finding, remedy };
}

export function failed(name: CheckName, finding: string, remedy: string): CheckResult {
  return { ...name, outcome: Outcome.Failed, finding, remedy };
}

export function skipped(name: CheckName, finding: string, remedy: string): CheckResult {
  return { ...name, outcome: Outcome.Skipped, finding, remedy };
}

/** Counts by outcome, in words: `9 ok, 1 warning, 2 skipped`; outcomes that did not occur are left out. */
export function countsText(checks: readonly CheckResult[]): string {
  const words: [Outcome, string, string][] = [
    [Outcome.Ok, "ok", "ok"],
    [Outcome.Info, "for information", "for information"],
    [Outcome.Warning, "warning", "warnings"],
    [Outcome.Failed, "failed", "failed"],
    [Outcome.Skipped, "skipped", "skipped"],
  ];
  const parts = words.flatMap(([outcome, one, many]) => {
    const count = checks.filter((check) => check.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.join(", ") || "nothing checked";
}
