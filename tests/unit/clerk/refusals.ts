import { expect } from "chai";
import type { Result } from "../../../infra/validation/problems";

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
