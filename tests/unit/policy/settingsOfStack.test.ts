import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { Environment, type PolicySettings } from "../../../policy/rules/policySettings";
import { settingsOfStack, stackSettings } from "../../../policy/settingsOfStack";

const URN = "urn:pulumi:dev::clerk-hasura::docker:index/container:Container::it";
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
    [
      "an address within the engine's settings",
      "config:\n  clerk-hasura:hasura:\n    port: 8080\n    bindAddress: 192.0.2.1\n",
      { ...STRICT, engineAddresses: ["192.0.2.1"] },
    ],
    [
      "a preset within other settings",
      "config:\n  clerk-hasura:hasura:\n    preset: development\n",
      STRICT,
    ],
    ["what is not YAML", "config: [", STRICT],
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
        if (environment === Environment.Development) expect(text).to.include("development");
      }),
    );
  });
});

describe("settingsOfStack", () => {
  let root = "";
  before(() => {
    root = mkdtempSync(join(tmpdir(), "chtest-policy-"));
    const preset = "config:\n  clerk-hasura:preset: development\n";
    writeFileSync(join(root, "Pulumi.dev.yaml"), preset);
  });
  after(() => rmSync(root, { recursive: true, force: true }));

  const ROWS: [string, string, string][] = [
    ["the stack's own file", URN, Environment.Development],
    ["none for another stack", URN.replace("dev", "prod"), Environment.Production],
    ["none for another project", URN.replace("clerk-hasura", "shop"), Environment.Production],
    ["none for what is no URN", "", Environment.Production],
    ["the file of a stack in an organization", URN.replace("dev", "org/dev"), "development"],
  ];
  for (const [title, urn, environment] of ROWS) {
    it(`reads ${title}`, () => {
      expect(settingsOfStack(root, urn).environment).to.equal(environment);
    });
  }
});
