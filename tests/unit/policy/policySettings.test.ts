import { expect } from "chai";
import { Environment, mergedSettings } from "../../../policy/rules/policySettings";

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
