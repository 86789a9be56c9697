import { expect } from "chai";
import { CHECKOUT } from "../e2e/support/checkout";
import type { Judgement } from "../support/secrecy/judgeSecrecy";
import { runSecrecy } from "../support/secrecy/runSecrecy";
import { SCENARIOS } from "../support/secrecy/scenarios";

describe("secrets in what the engine is asked for and what users get", function () {
  this.timeout(120_000);
  let judgements: Judgement[];
  before(async () => {
    judgements = await runSecrecy(CHECKOUT);
  });

  for (const { title } of SCENARIOS) {
    it(`are all marked in ${title}`, () => {
      const judgement = judgements.find((one) => one.title === title);
      expect(judgement).to.deep.include({ leaks: [], unseen: [] });
      expect(judgement?.places).to.be.greaterThan(0);
    });
  }
});
