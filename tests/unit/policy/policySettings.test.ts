import { expect } from "chai";
import {
  Environment,
  mergedSettings,
  type PolicySettings,
  stackSettings,
} from "../../../policy/rules/policySettings";

const STRICT: PolicySettings = { environment: Environment.Production, engineAddresses: [] };
const DEVELOPMENT = { ...STRICT, environment: Environment.Development };

describe("stackSettings", () => {
  const ROWS: [string, Record<string, unknown>, PolicySettings][] = [
    ["no configuration", {}, STRICT],
    ["the development preset", { "shop:preset": "development" }, DEVELOPMENT],
    ["the production preset", { "shop:preset": "production" }, STRICT],
    [
      "an address",
      { "shop:hasura": { port: 8080, bindAddress: "::" } },
      { ...STRICT, engineAddresses: ["::"] },
    ],
    ["another project's preset", { "clerk-hasura:preset": "development" }, STRICT],
    ["a preset within other settings", { "shop:hasura": { preset: "development" } }, STRICT],
    ["a preset that there is not", { "shop:preset": "developmental" }, STRICT],
    ["a secret, which is an object", { "shop:preset": { secure: "x" } }, STRICT],
    ["settings that are no object", { "shop:hasura": "bindAddress" }, STRICT],
  ];
  for (const [title, config, expected] of ROWS) {
    it(`reads ${title}`, () => {
      expect(stackSettings(config, "shop")).to.deep.equal(expected);
    });
  }
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
