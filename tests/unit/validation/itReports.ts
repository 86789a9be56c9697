import { expect } from "chai";
import type { Problem } from "../../../infra/validation/problems";

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

/** Declares one test per sound input. */
export function itAccepts<T>(check: (input: T) => Problem[], cases: [what: string, input: T][]) {
  for (const [what, input] of cases) {
    it(`accepts ${what}`, () => {
      expect(check(input)).to.deep.equal([]);
    });
  }
}
