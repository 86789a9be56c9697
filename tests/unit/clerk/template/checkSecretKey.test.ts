import { expect } from "chai";
import {
  checkSecretKey,
  type KeySurroundings,
} from "../../../../infra/clerk/template/checkSecretKey";
import { itRefuses } from "../refusals";

type Case = { key: string } & KeySurroundings;

function check({ key, ...surroundings }: Case) {
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
      expect(check(row).problems).to.deep.equal([]);
    }
  });

  it("reports the stack and the instance together, and nothing of the key", () => {
    const row = { key: "sk_live_hunter2", preset: "development", instance: "development" } as const;
    const { problems } = check(row);
    expect(problems.length).to.equal(2);
    expect(JSON.stringify(problems)).not.to.contain("hunter2");
  });

  itRefuses(check, "secretKey", [
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
