import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, Preset, SigningAlgorithm } from "../../infra";
import {
  isSecretInput,
  production,
  type Registration,
  recordGraph,
  resource,
} from "../support/recordGraph";

const ROOT = process.cwd();
const FILES: Record<string, string> = {
  "config.yaml": "version: 3\n",
  "metadata/version.yaml": "version: 3\n",
  "metadata/databases/databases.yaml":
    "- name: default\n  kind: postgres\n  configuration: {connection_info: {database_url: {from_env: PG_DATABASE_URL}}}\n",
  "migrations/default/2_more/up.sql": "create table b ();\n",
  "migrations/default/1_todos/up.sql": "create table a ();\n",
  "seeds/default/rows.sql": "select 1;\n",
};
const ARGS: ClerkHasuraArgs = {
  identity: { signingKey: { algorithm: SigningAlgorithm.HS256, key: "k".repeat(40) } },
};

describe("ClerkHasura, the schema", () => {
  const path = "hasura";
  let program: string;
  before(() => {
    // A schema is within the program's folder, as the packages of remote resources are.
    program = mkdtempSync(join(tmpdir(), "chtest-schema-"));
    for (const [name, content] of Object.entries(FILES)) {
      mkdirSync(dirname(join(program, path, name)), { recursive: true });
      writeFileSync(join(program, path, name), content);
    }
    mkdirSync(join(program, "node_modules"));
    symlinkSync(join(ROOT, "node_modules/@pulumi"), join(program, "node_modules/@pulumi"));
    symlinkSync(ROOT, join(program, "node_modules/clerk-hasura"));
    process.chdir(program);
  });
  after(() => {
    process.chdir(ROOT);
    rmSync(program, { recursive: true });
  });

  const build = (args: ClerkHasuraArgs = {}): Promise<Registration[]> =>
    recordGraph(() => new ClerkHasura("api", production({ ...ARGS, schema: { path }, ...args })));
  const schemaOf = async (args?: ClerkHasuraArgs) => resource(await build(args), "api-schema");

  it("is applied once the engine is ready, and again by another engine", async () => {
    const { dependsOn, inputs } = await schemaOf();
    expect(dependsOn.join()).to.contain("::api-hasura-ready");
    expect(inputs).to.deep.include({ path, triggers: ["api-hasura-container-id"] });
  });

  it("holds checksums and no content of a file, and its secret is marked", async () => {
    const { inputs } = await schemaOf();
    const { migrations } = inputs as { migrations: Record<string, string> };
    expect(Object.keys(migrations)).to.deep.equal(["default/1_todos", "default/2_more"]);
    expect(Object.values(migrations).join(" ")).to.match(/^(sha256:[0-9a-f]{12} ?){2}$/);
    expect(JSON.stringify(inputs)).to.not.contain("create table");
    expect(isSecretInput(inputs.adminSecret)).to.equal(true);
  });

  it("runs in a container of the stack's own, of the engine's release with the CLI", async () => {
    const graph = await build();
    const { inputs } = resource(graph, "api-schema");
    expect(inputs).to.deep.include({
      container: "shop-test-api-schema",
      network: "shop-test-api-network",
      image: "sha256:api-schema-image",
    });
    expect(inputs.labels).to.include({ "dev.clerk-hasura.part": "schema" });
    expect(resource(graph, "api-schema-image").inputs.name).to.match(/\.cli-migrations-v3$/);
  });

  it("has seeds in development alone", async () => {
    const development = await schemaOf({ preset: Preset.Development });
    const { inputs } = await schemaOf();
    expect([development.inputs.seeds, inputs.seeds]).to.deep.equal([true, false]);
    expect(development.inputs.digest).to.not.equal(inputs.digest);
  });

  it("comes before the probe", async () => {
    const graph = await build({ probe: true });
    expect(resource(graph, "api-probe").dependsOn.join()).to.contain("::api-schema");
  });

  for (const args of [{ suspended: true }, { schema: undefined }]) {
    it(`is not there with ${JSON.stringify(args)}`, async () => {
      const names = (await build(args)).map(({ name }) => name);
      expect(names.filter((name) => name.startsWith("api-schema"))).to.deep.equal([]);
    });
  }

  it("needs the API of metadata, which is said with everything else", async () => {
    const args = production({ ...ARGS, schema: { path }, hasura: { enabledApis: ["graphql"] } });
    await recordGraph(() => {
      expect(() => new ClerkHasura("api", args)).to.throw(
        pulumi.RunError,
        "hasura.enabledApis: lacks metadata, which applies the schema; allowed: a list with metadata; add it, or remove schema",
      );
    });
  });
});
