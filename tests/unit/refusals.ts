import { expect } from "chai";
import type { Problem, Result } from "../../infra/validation/problems";

/** One refused input: what it is, the input, the exact reason. */
export type Refusal<T> = readonly [name: string, input: T, reason: string];

/** Declares one test per row: exactly one problem, at this path, with this text, on one line. */
export function itRefuses<T>(
  check: (input: T) => Result<unknown>,
  path: string,
  rows: readonly Refusal<T>[],
): void {
  for (const [name, input, reason] of rows) {
    it(`refuses ${name}`, () => {
      const { problems } = check(input);
      expect(problems).to.deep.equal([{ path, reason }]);
      expect(reason).not.to.match(/[\r\n]/);
    });
  }
}

/** Declares one test per row: exactly one problem, at this path, with a text that begins so, on one line with a remedy. */
export function refusesAll<T>(
  check: (input: T) => readonly Problem[],
  path: string | ((input: T) => string),
  rows: readonly (readonly [name: string, input: T, start: string])[],
): void {
  for (const [name, input, start] of rows) {
    it(`refuses ${name}`, () => {
      const problems = check(input);
      const [problem] = problems;
      expect(problems.map((one) => one.path)).to.deep.equal([
        typeof path === "string" ? path : path(input),
      ]);
      expect(problem?.reason.slice(0, start.length)).to.equal(start);
      expect(problem?.reason)
        .to.match(/[;,] .+/)
        .and.not.to.match(/[\r\n]/);
    });
  }
}

/** One case: what is wrong, the input, the path that is blamed, and words the reason must hold. */
export type ReportCase<T> = [wrong: string, input: T, path: string, words: string];

/** What, allowed, remedy: the three parts of a reason, on one line. */
const REASON = /^[^\n\r]+; allowed[^;\n\r]*: [^\n\r]+; [^\n\r]+$/;

/** Declares one test per case: exactly one problem, at that path, in the form every reason has. */
export function itReports<T>(check: (input: T) => Problem[], cases: ReportCase<T>[]): void {
  for (const [wrong, input, path, words] of cases) {
    it(`reports ${wrong}`, () => {
      const problems = check(input);
      expect(problems.map((problem) => problem.path)).to.deep.equal([path]);
      expect(problems[0]?.reason).to.include(words);
      expect(problems[0]?.reason).to.match(REASON);
    });
  }
}

/** Declares the same for values of one field, which is wrong at `root` and this path of it, such as `networks[0]`. */
export function itReportsField(check: (input: object) => Problem[], root: string) {
  return (path: string, cases: [wrong: string, value: unknown, words: string][]): void => {
    const [field = ""] = path.split("[");
    const at = `${root}.${path}`;
    itReports(
      check,
      cases.map(([wrong, value, words]) => [wrong, { [field]: value }, at, words]),
    );
  };
}

/** Declares one test per sound input. */
export function itAccepts<T>(check: (input: T) => Problem[], cases: [what: string, input: T][]) {
  for (const [what, input] of cases) {
    it(`accepts ${what}`, () => {
      expect(check(input)).to.deep.equal([]);
    });
  }
}
