import { expect } from "chai";
import type { Problem } from "../../../../infra/validation/problems";

/** One refused input: what it is, the input, where the problem is, how its text begins. */
export type RefusedInput<T> = readonly [name: string, input: T, path: string, start: string];

/** Declares one test per row: exactly one problem, there, beginning so, on one line with a remedy. */
export function refusesAll<T>(
  check: (input: T) => readonly Problem[],
  rows: readonly RefusedInput<T>[],
): void {
  for (const [name, input, path, start] of rows) {
    it(`refuses ${name}`, () => {
      const problems = check(input);
      const [problem] = problems;
      expect(problems.map((one) => one.path)).to.deep.equal([path]);
      expect(problem?.reason.slice(0, start.length)).to.equal(start);
      expect(problem?.reason)
        .to.match(/[;,] .+/)
        .and.not.to.match(/[\r\n]/);
    });
  }
}
