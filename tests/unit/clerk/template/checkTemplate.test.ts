import { expect } from "chai";
import {
  checkSecretKey,
  type KeySurroundings,
  templateFields,
} from "../../../../infra/clerk/template/checkTemplate";
import { ProblemList } from "../../../../infra/validation/problems";
import { group, type Shaped } from "../../../../infra/validation/shape";
import { itRefuses, type Refusal } from "../../refusals";

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

type Case = { key: string } & KeySurroundings;

function checkKey({ key, ...surroundings }: Case) {
  return { problems: checkSecretKey(key, surroundings, "secretKey") };
}

const BEARER = 'begins with "Bearer", which is added here; write only the key';
const QUOTES = "is in quotes; write the key without them";
const INCOMPLETE =
  "is incomplete or has characters that keys never have (not shown); copy the secret key from Clerk's dashboard (API keys) again";
const FOREIGN =
  "is not a secret key of Clerk's (not shown): it must begin with sk_test_ or sk_live_; copy the secret key from Clerk's dashboard (API keys)";
const BLANK = "holds white space or a line break; remove it";

describe("checkSecretKey", () => {
  it("accepts a key that fits the stack and the publishable key, and knows no more than it is told", () => {
    for (const row of [
      { key: "sk_test_Ab-1_" },
      { key: "sk_test_x", preset: "development", instance: "development" },
      { key: "sk_live_x", preset: "production", instance: "production" },
    ] as const) {
      expect(checkKey(row).problems).to.deep.equal([]);
    }
  });

  it("reports the stack and the instance together, and nothing of the key", () => {
    const row = { key: "sk_live_hunter2", preset: "development", instance: "development" } as const;
    const { problems } = checkKey(row);
    expect(problems.length).to.equal(2);
    expect(JSON.stringify(problems)).not.to.contain("hunter2");
  });

  itRefuses(checkKey, "secretKey", [
    ["nothing", { key: " " }, "is empty; copy the secret key from Clerk's dashboard (API keys)"],
    ["Bearer before it", { key: "Bearer sk_test_x" }, BEARER],
    ["bearer before it", { key: " bearer sk_test_x" }, BEARER],
    [
      "a publishable key",
      { key: "pk_test_x" },
      "is the publishable key (pk_…), which Clerk's Backend API refuses; copy the secret key from Clerk's dashboard (API keys) (sk_…)",
    ],
    ["a line break after it", { key: "sk_test_x\n" }, BLANK],
    ["a blank in it", { key: "sk_test_x y" }, BLANK],
    ["quotes around it", { key: '"sk_test_x"' }, QUOTES],
    ["a quote before it", { key: "'sk_test_x" }, QUOTES],
    ["a webhook secret", { key: "whsec_hunter2" }, FOREIGN],
    ["a key of the Platform API", { key: "ak_hunter2" }, FOREIGN],
    ["upper case", { key: "SK_TEST_x" }, FOREIGN],
    ["the prefix alone", { key: "sk_test_" }, INCOMPLETE],
    ["dots in place of letters", { key: "sk_test_…" }, INCOMPLETE],
    [
      "a live key in a development stack",
      { key: "sk_live_x", preset: "development" },
      "is the key of a production instance (sk_live_…) in a development stack; use the key that begins with sk_test_, or another preset",
    ],
    [
      "a test key in a production stack",
      { key: "sk_test_x", preset: "production" },
      "is the key of a development instance (sk_test_…) in a production stack; use the key that begins with sk_live_, or another preset",
    ],
    [
      "a live key beside a development publishable key",
      { key: "sk_live_x", instance: "development" },
      "is the key of a production instance (sk_live_…), but the publishable key is of a development instance; copy both from the same instance",
    ],
    [
      "a test key beside a production publishable key",
      { key: "sk_test_x", instance: "production" },
      "is the key of a development instance (sk_test_…), but the publishable key is of a production instance; copy both from the same instance",
    ],
  ]);
});
