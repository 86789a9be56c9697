import { expect } from "chai";
import { CHECKOUT } from "../e2e/support/checkout";
import { EXAMPLE_SCENARIOS } from "../support/secrecy/exampleScenarios";
import type { Judgement } from "../support/secrecy/judgeSecrecy";
import { runSecrecy } from "../support/secrecy/runSecrecy";
import { SCENARIOS } from "../support/secrecy/scenarios";
import { type SecretMark, secretMarks } from "../support/secrecy/secretMarks";

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

const AT_ONCE = 2;
const MARKS = secretMarks(CHECKOUT);

async function leaksOf(mark: SecretMark): Promise<string[]> {
  return (await runSecrecy(CHECKOUT, mark)).flatMap(({ leaks }) => leaks);
}

/** What leaks without each mark, in the marks' order. */
async function leaksWithout(marks: readonly SecretMark[]): Promise<string[][]> {
  const found: string[][] = [];
  const waiting = marks.map((mark, index) => ({ mark, index }));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      found[next.index] = await leaksOf(next.mark);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return found;
}

describe("a secret mark that is taken away", function () {
  this.timeout(300_000);
  let leaks: string[][];
  before(async () => {
    leaks = await leaksWithout(MARKS);
  });

  it("is one of those that are known to be there", () => {
    const files = new Set(MARKS.map(({ file }) => file));
    expect([...files]).to.include.members([
      "infra/components/clerkHasura.ts",
      "infra/components/clerkJwtTemplate.ts",
      "infra/components/clerkSigningKey.ts",
      "infra/program/settingKinds.ts",
      "infra/program/stackConfig.ts",
      "infra/hasura/engine.ts",
      "infra/components/hasuraCloud.ts",
    ]);
  });

  MARKS.forEach(({ file, line, text }, index) => {
    it(`shows a secret: ${text} (${file}:${line})`, () => {
      expect(leaks[index]).to.not.deep.equal([]);
    });
  });
});

// Nothing has to show these: the component marks what it is given, so that a program may forget to. They stay in the examples, since a
// reader may use the same setting elsewhere; that they do not count is what is proved of each.
describe("a secret mark of an example that is taken away", function () {
  this.timeout(120_000);
  const marks = secretMarks(CHECKOUT, "examples");
  let leaks: string[][];
  before(async () => {
    leaks = await leaksWithout(marks);
  });

  it("is one in a program whose secrecy is judged", () => {
    const titles = EXAMPLE_SCENARIOS.map(({ title }) => title);
    const owners = new Set(marks.map(({ file }) => `the example ${file.split("/")[1]}`));
    expect([...owners].sort()).to.deep.equal(titles);
    expect(marks).to.have.length.of.at.least(4);
  });

  marks.forEach(({ file, line, text }, index) => {
    it(`is made up for by the component: ${text} (${file}:${line})`, () => {
      expect(leaks[index]).to.deep.equal([]);
    });
  });
});
