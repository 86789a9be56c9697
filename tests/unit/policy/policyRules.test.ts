import { expect } from "chai";
import { type CheckedResource, UNKNOWN } from "../../../policy/rules/policyRule";
import { POLICY_RULES } from "../../../policy/rules/policyRules";
import { CONTAINER_FIXTURES } from "./containerFixtures";
import { DATA_FIXTURES } from "./dataFixtures";
import { ENGINE_FIXTURES } from "./engineFixtures";
import { type FixtureTable, resourceOf, verdict } from "./fixture";
import { NETWORK_FIXTURES } from "./networkFixtures";
import { PREVIEW_FIXTURES } from "./previewFixtures";
import { SCHEMA_FIXTURES } from "./schemaFixtures";
import { SECRET_FIXTURES } from "./secretFixtures";
import { TOKEN_FIXTURES } from "./tokenFixtures";

const FIXTURES: FixtureTable = {
  ...NETWORK_FIXTURES,
  ...ENGINE_FIXTURES,
  ...TOKEN_FIXTURES,
  ...SECRET_FIXTURES,
  ...CONTAINER_FIXTURES,
  ...DATA_FIXTURES,
  ...SCHEMA_FIXTURES,
  ...PREVIEW_FIXTURES,
};

/** The resource, with a note of each property that a rule reads. */
function listening(resource: CheckedResource, read: Set<string>): CheckedResource {
  const get = (props: Record<string, unknown>, key: string) => {
    read.add(`${resource.type} ${key}`);
    return props[key];
  };
  return { ...resource, props: new Proxy({ ...resource.props }, { get }) };
}

describe("the policy rules", () => {
  it("are at least 22, each with a name of its own", () => {
    const names = POLICY_RULES.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.length).to.be.at.least(22);
    for (const name of names) expect(name).to.match(/^[a-z][a-z0-9-]{3,60}$/);
  });

  it("have fixtures each, and there are none of other rules", () => {
    const names = POLICY_RULES.map(({ name }) => name).sort();
    expect(Object.keys(FIXTURES).sort()).to.deep.equal(names);
  });

  it("tell of every property that one of them reads where a preview does not know it", () => {
    const read = new Set<string>();
    for (const { resources, settings } of Object.values(FIXTURES).flat()) {
      const heard = resources.map((it) => listening(it, read));
      for (const rule of POLICY_RULES) verdict(rule, { resources: heard, settings });
    }
    const [later] = POLICY_RULES.filter(({ name }) => name === "judged-at-the-update");
    if (later === undefined) throw new Error("there is no such rule");
    const silent = [...read].filter((it) => {
      const [type = "", key = ""] = it.split(" ");
      return verdict(later, { resources: [resourceOf(type, { [key]: UNKNOWN })] }).length === 0;
    });
    expect(read.size).to.be.at.least(30);
    expect(silent).to.deep.equal([]);
  });

  for (const rule of POLICY_RULES) {
    describe(rule.name, () => {
      const fixtures = FIXTURES[rule.name] ?? [];

      it("has fixtures that pass and that fail", () => {
        expect(fixtures.filter(({ says }) => says.length === 0)).to.not.have.length(0);
        expect(fixtures.filter(({ says }) => says.length > 0)).to.not.have.length(0);
      });

      it("says what has to hold and what to do, on one line each", () => {
        expect(rule.description).to.match(/^[A-Za-z][^\n]{15,100}[^.\n]$/);
        expect(rule.remedy).to.match(
          /^(add|give|hand|list|name|pass|remove|run|set|upload|use) [^\n]{8,140}[^.\n]$/,
        );
      });

      for (const fixture of fixtures) {
        const { says, secrets = [], title } = fixture;
        it(`${says.length === 0 ? "passes" : "refuses"}: ${title}`, () => {
          const reasons = verdict(rule, fixture);
          expect(reasons).to.have.length(says.length);
          says.forEach((part, index) => {
            expect(reasons[index]).to.contain(part);
            expect(reasons[index]).to.not.match(/\n/);
          });
          for (const secret of secrets) expect(reasons.join()).to.not.contain(secret);
        });
      }
    });
  }
});
