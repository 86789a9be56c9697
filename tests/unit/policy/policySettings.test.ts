import { expect } from "chai";
import fc from "fast-check";
import {
  Environment,
  mergedSettings,
  type PolicySettings,
  stackSettings,
} from "../../../policy/rules/policySettings";

const PROJECT = "clerk-hasura";
const STRICT: PolicySettings = { environment: Environment.Production, engineAddresses: [] };

describe("stackSettings", () => {
  const ROWS: [string, string, PolicySettings][] = [
    ["no file", "", STRICT],
    [
      "the development preset",
      "config:\n  clerk-hasura:preset: development\n",
      { ...STRICT, environment: Environment.Development },
    ],
    [
      "quotes, a comment and Windows line ends",
      'config:\r\n  "clerk-hasura:preset": "development" # for now\r\n',
      { ...STRICT, environment: Environment.Development },
    ],
    [
      "the production preset and an address",
      "config:\n  clerk-hasura:preset: production\n  clerk-hasura:bindAddress: 0.0.0.0\n",
      { ...STRICT, engineAddresses: ["0.0.0.0"] },
    ],
    [
      "an address of IPv6",
      'config:\n  clerk-hasura:bindAddress: "::"\n',
      { ...STRICT, engineAddresses: ["::"] },
    ],
    ["another project's preset", "config:\n  shop:preset: development\n", STRICT],
    ["a key that only ends alike", "config:\n  my-clerk-hasura:preset: development\n", STRICT],
    ["a comment", "config:\n  # clerk-hasura:preset: development\n", STRICT],
    ["a preset that there is not", "config:\n  clerk-hasura:preset: developmental\n", STRICT],
    ["a secret, which is an object", "config:\n  clerk-hasura:preset:\n    secure: x\n", STRICT],
  ];
  for (const [title, yaml, expected] of ROWS) {
    it(`reads ${title}`, () => {
      expect(stackSettings(yaml, PROJECT)).to.deep.equal(expected);
    });
  }

  it("takes the project's name to the letter", () => {
    expect(stackSettings("config:\n  aXb:preset: development\n", "a.b")).to.deep.equal(STRICT);
    expect(stackSettings("config:\n  a.b:preset: development\n", "a.b").environment).to.equal(
      Environment.Development,
    );
  });

  it("is strict with any other text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { environment } = stackSettings(`config:\n  clerk-hasura:preset: ${text}`, PROJECT);
        const first = text
          .trim()
          .replace(/^["']/, "")
          .split(/["'#\s]/)[0];
        expect(environment === Environment.Development).to.equal(first === "development");
      }),
    );
  });
});

describe("mergedSettings", () => {
  const stack = { environment: Environment.Development, engineAddresses: ["192.0.2.1"] };

  it("keeps the stack's own where nothing is given", () => {
    expect(mergedSettings(stack, {})).to.deep.equal(stack);
  });

  it("takes what is given", () => {
    const given = { environment: "staging", engineAddresses: ["0.0.0.0"] };
    expect(mergedSettings(stack, given)).to.deep.equal(given);
  });

  it("ignores what has another form", () => {
    const given = { environment: "Production", engineAddresses: "0.0.0.0" };
    expect(mergedSettings(stack, given)).to.deep.equal(stack);
    expect(mergedSettings(stack, { engineAddresses: [1, "::"] }).engineAddresses).to.deep.equal([
      "::",
    ]);
  });
});
