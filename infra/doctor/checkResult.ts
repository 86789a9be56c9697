/** How a check came out. */
export const Outcome = {
  Ok: "ok",
  /** What Hasura does by design and people should know; nothing is wrong. */
  Info: "info",
  Warning: "warning",
  Failed: "failed",
  /** Could not be checked; the finding says why. */
  Skipped: "skipped",
} as const;
export type Outcome = (typeof Outcome)[keyof typeof Outcome];

/** What is wrong, and what to do. */
export interface Advice {
  finding: string;
  remedy: string;
}

/** One line of the doctor's report; never holds a secret or a token. */
export interface CheckResult {
  /** Stable name for machines. Example: `jwks.refresh`. */
  id: string;
  /** Name for people. */
  title: string;
  outcome: Outcome;
  /** What was found, on one line. */
  finding: string;
  /** What to do; set unless the outcome is ok. */
  remedy?: string;
}

/** A check by its names, which makes the line of the report for each outcome. */
export type Check = ReturnType<typeof check>;

export function check(id: string, title: string) {
  const line =
    (outcome: Outcome) =>
    (finding: string, remedy: string): CheckResult => ({ id, title, outcome, finding, remedy });
  return {
    ok: (finding: string): CheckResult => ({ id, title, outcome: Outcome.Ok, finding }),
    info: line(Outcome.Info),
    warning: line(Outcome.Warning),
    failed: line(Outcome.Failed),
    skipped: line(Outcome.Skipped),
  };
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
    const count = checks.filter((result) => result.outcome === outcome).length;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : many}`];
  });
  return parts.join(", ") || "nothing checked";
}
