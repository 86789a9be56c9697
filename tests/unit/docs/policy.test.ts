import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { POLICY_RULES } from "../../../policy/rules/policyRules";
import { Environment } from "../../../policy/rules/policySettings";
import { parseArguments } from "../../../tools/commandLine";
import { withPolicyTable } from "../../../tools/docs/policyTable";

const PAGE = readFileSync(join(__dirname, "../../../docs/policy.md"), "utf8");

describe("docs/policy.md", () => {
  it("lists the rules as the code has them", () => {
    expect(withPolicyTable(PAGE), "run: npx tsx tools/docs/policyTable.ts --write").to.equal(PAGE);
    for (const { name } of POLICY_RULES) expect(PAGE).to.contain(`| \`${name}\` |`);
  });

  it("is no page without its markers", () => {
    expect(() => withPolicyTable("# Policy pack\n")).to.throw("markers");
  });

  it("says who takes such a configuration: Pulumi, and not npm run policy", () => {
    expect(PAGE).to.contain("--policy-pack policy --policy-pack-config policy.json");
    const given = () => parseArguments("policy", ["--policy-pack-config", "policy.json"]);
    expect(given).to.throw(/policy-pack-config/);
  });

  it("configures rules that there are, by settings that they take", () => {
    const [, json = ""] = /```json\n([\s\S]+?)```/.exec(PAGE) ?? [];
    const config = JSON.parse(json) as Record<string, unknown>;
    const names = POLICY_RULES.map(({ name }) => name);
    expect(names).to.include.members(Object.keys(config));
    for (const value of Object.values(config)) {
      if (typeof value === "string") expect(["mandatory", "advisory"]).to.include(value);
      else expect(["environment", "engineAddresses"]).to.include.members(Object.keys(value ?? {}));
    }
    expect(config["template-live-key"]).to.deep.equal({ environment: Environment.Staging });
  });
});
