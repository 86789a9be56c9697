import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  Environment,
  mergedSettings,
  type PolicySettings,
} from "../../../policy/rules/policySettings";
import { settingsOfStack, stackSettings } from "../../../policy/settingsOfStack";

const URN = "urn:pulumi:dev::clerk-hasura::docker:index/container:Container::it";

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
    ["settings that are not an object", { "shop:hasura": "bindAddress" }, STRICT],
  ];
  for (const [title, config, expected] of ROWS) {
    it(`reads ${title}`, () => {
      expect(stackSettings(config, "shop")).to.deep.equal(expected);
    });
  }
});

describe("settingsOfStack", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-policy-"));
    const preset = "config:\n  clerk-hasura:preset: development\n";
    writeFileSync(join(root, "Pulumi.dev.yaml"), preset);
    writeFileSync(join(root, "Pulumi.broken.yaml"), "config: [");
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const ROWS: [string, string, string][] = [
    ["the stack's own file", URN, Environment.Development],
    ["none for another stack", URN.replace("dev", "prod"), Environment.Production],
    ["none for another project", URN.replace("clerk-hasura", "shop"), Environment.Production],
    ["none in what is not YAML", URN.replace("dev", "broken"), Environment.Production],
    ["none for what is no URN", "", Environment.Production],
    ["the file of a stack in an organization", URN.replace("dev", "org/dev"), "development"],
  ];
  for (const [title, urn, environment] of ROWS) {
    it(`reads ${title}`, () => {
      expect(settingsOfStack(root, urn).environment).to.equal(environment);
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
