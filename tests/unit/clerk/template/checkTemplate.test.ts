import { expect } from "chai";
import { templateFields } from "../../../../infra/clerk/template/checkTemplate";
import { ProblemList } from "../../../../infra/validation/problems";
import { group, type Shaped } from "../../../../infra/validation/shape";
import { itRefuses, type Refusal } from "../refusals";

type Fields = Shaped<typeof templateFields>;

function check(settings: Fields) {
  const problems = new ProblemList();
  group(templateFields)(settings, "clerkTemplate", problems);
  return { problems: problems.list() };
}

function outOf(value: unknown, bounds: string): string {
  return `${value} is out of bounds; allowed: a whole number of seconds, ${bounds}; change it or leave it out`;
}

function badName(shown: string): string {
  return `${shown} is not a template name; allowed: letters, digits and - _ . after a first letter or digit, because the name is part of the address that tokens are fetched from`;
}

const LIFETIME = "30 to 315360000";

describe("the fields of a template", () => {
  it("accepts the bounds and every allowed letter", () => {
    for (const settings of [
      { name: "Hasura_2.x-dev" },
      { lifetimeSeconds: 30, allowedSkewSeconds: 0 },
      { lifetimeSeconds: 315_360_000, allowedSkewSeconds: 300 },
    ]) {
      expect(check(settings).problems).to.deep.equal([]);
    }
  });

  it("reports every problem at once, and checks no setting that is left out", () => {
    const { problems } = check({ name: "", lifetimeSeconds: 1, allowedSkewSeconds: 301 });
    expect(problems.map(({ path }) => path)).to.deep.equal(
      ["name", "lifetimeSeconds", "allowedSkewSeconds"].map((place) => `clerkTemplate.${place}`),
    );
    expect(check({}).problems).to.deep.equal([]);
  });
});

function itRefusesAt(place: string, rows: readonly Refusal<Fields>[]): void {
  describe(`a template's field: ${place}`, () => itRefuses(check, `clerkTemplate.${place}`, rows));
}

itRefusesAt("name", [
  ["nothing", { name: "" }, "is empty; write the name the app asks for, such as hasura"],
  [
    "looks like a boolean",
    { name: "true" },
    '"true" looks like a boolean, and a template\'s name is required; write the name the app asks for, such as hasura, or leave it out',
  ],
  ["a blank", { name: "my app" }, "holds white space; letters, digits and - _ . are allowed"],
  ["a line break", { name: "a\n" }, "holds white space; letters, digits and - _ . are allowed"],
  ["a slash", { name: "a/b" }, badName('"a/b"')],
  ["two dots", { name: ".." }, badName('".."')],
  ["a letter beyond ASCII", { name: "häsura" }, badName('"häsura"')],
  ["a percent sign", { name: "a%2Fb" }, badName('"a%2Fb"')],
]);

itRefusesAt("lifetimeSeconds", [
  ["29", { lifetimeSeconds: 29 }, outOf(29, LIFETIME)],
  ["a second over ten years", { lifetimeSeconds: 315_360_001 }, outOf(315_360_001, LIFETIME)],
  ["a fraction", { lifetimeSeconds: 60.5 }, outOf(60.5, LIFETIME)],
  ["no number", { lifetimeSeconds: Number.NaN }, outOf(null, LIFETIME)],
]);

itRefusesAt("allowedSkewSeconds", [
  ["a negative one", { allowedSkewSeconds: -1 }, outOf(-1, "0 to 300")],
  ["301", { allowedSkewSeconds: 301 }, outOf(301, "0 to 300")],
]);
