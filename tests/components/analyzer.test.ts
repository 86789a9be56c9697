import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type AnalyzeResult, Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { expect } from "chai";
import * as surface from "../../infra";

const root = join(__dirname, "../..");

const NAMES = ["ClerkHasura", "ClerkJwtTemplate", "ClerkSigningKey", "HasuraCloud"];

function analyze(): AnalyzeResult {
  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return new Analyzer(root, "clerk-hasura", manifest, new Set(NAMES)).analyze();
}

describe("public surface, as Pulumi's component analyzer sees it", () => {
  const { components, typeDefinitions } = analyze();
  const component = components.ClerkHasura;

  it("can be represented in a schema, with nothing required", () => {
    const required = Object.entries(component?.inputs ?? {}).filter(([, it]) => !it.optional);
    expect(Object.keys(component?.inputs ?? {}).sort()).to.deep.equal([
      "allowInProduction",
      "dockerHost",
      "hasura",
      "identity",
      "postgres",
      "preset",
      "probe",
      "schema",
      "suspended",
      "template",
    ]);
    expect(required.map(([name]) => name)).to.deep.equal([]);
  });

  it("shows these outputs and no internal field", () => {
    expect(Object.keys(component?.outputs ?? {}).sort()).to.deep.equal([
      "adminSecret",
      "clientEnv",
      "containers",
      "databaseUrl",
      "dockerEnvironment",
      "endpoint",
      "imageDigests",
      "issuer",
      "jwksUrl",
      "jwtSecret",
      "readOnlyDatabaseUrl",
      "templateName",
      "tokenShape",
      "websocketEndpoint",
    ]);
  });

  const OTHERS: [name: string, required: string[], outputs: string[]][] = [
    ["ClerkJwtTemplate", ["secretKey"], ["templateId", "templateName"]],
    ["ClerkSigningKey", [], ["algorithm", "privateKey", "verificationKey"]],
    [
      "HasuraCloud",
      ["identity"],
      ["ddnAuthConfig", "issuer", "jwksUrl", "jwtSecret", "tokenShape"],
    ],
  ];
  for (const [name, required, outputs] of OTHERS) {
    it(`can represent ${name}`, () => {
      const found = components[name];
      const needed = Object.entries(found?.inputs ?? {}).filter(([, it]) => !it.optional);
      expect(needed.map(([field]) => field)).to.deep.equal(required);
      expect(Object.keys(found?.outputs ?? {}).sort()).to.deep.equal(outputs);
    });
  }

  it("describes every field", () => {
    const silent = Object.entries(typeDefinitions).flatMap(([type, { properties = {} }]) =>
      Object.entries(properties)
        .filter(([, { description }]) => !description)
        .map(([field]) => `${type}.${field}`),
    );
    expect(silent).to.deep.equal([]);
  });

  it("exports nothing but components, their types and enums, and what makes claims", () => {
    expect(Object.keys(surface).sort()).to.deep.equal([
      "Adoptable",
      "ClaimsFormat",
      "ClaimsNamespace",
      "ClaimsSource",
      "ClerkHasura",
      "ClerkJwtTemplate",
      "ClerkSigningKey",
      "HasuraCloud",
      "HeaderType",
      "JwksMode",
      "Preset",
      "SigningAlgorithm",
      "SslMode",
      "hasuraClaims",
      "postgresArray",
    ]);
  });
});
