import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ClerkHasura,
  type ClerkHasuraArgs,
  HasuraCloud,
  type HasuraCloudArgs,
  Preset,
  SigningAlgorithm,
} from "../../infra";
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

describe("a component's schema", () => {
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

  describe("of HasuraCloud", () => {
    const project = {
      projectId: "7a79cf94-0e53-4520-a560-1b02bf522f08",
      token: "canaryToken".repeat(5),
      adminSecret: "canarySecret".repeat(5),
    };
    const schema = {
      path,
      endpoint: "https://shop.hasura.app/v1/graphql",
      image: "hasura/graphql-engine:v2.50.10.cli-migrations-v3",
    };
    const IDENTITY = { frontendApi: "clerk.example.com" };
    const make = (args: Partial<HasuraCloudArgs>) =>
      recordGraph(() => new HasuraCloud("cloud", { identity: IDENTITY, ...args }));
    /** What a refusal says, without a stack. */
    const refusal = (args: Record<string, unknown>): Promise<string> =>
      make(args as Partial<HasuraCloudArgs>).then(
        () => "",
        (error: Error) => error.message,
      );

    it("is applied after the project's variables are set, with the secret that it was given", async () => {
      const graph = await make({ project, schema });
      const { dependsOn, inputs } = resource(graph, "cloud-schema");
      expect(dependsOn.join()).to.contain("::cloud-variables");
      expect(inputs.adminSecret).to.satisfy(isSecretInput);
      expect(inputs.adminSecret).to.include({ value: project.adminSecret });
    });

    it("runs in a container on Docker's own network, and asks the project's base URL", async () => {
      const dockerHost = "ssh://docker.example.com";
      const graph = await make({ schema: { ...schema, adminSecret: "existing" }, dockerHost });
      const { inputs } = resource(graph, "cloud-schema");
      expect(inputs).to.deep.include({
        container: "shop-test-cloud-schema",
        endpoint: "https://shop.hasura.app",
        image: "sha256:cloud-schema-image",
        seeds: false,
        triggers: [],
        dockerEnvironment: { DOCKER_HOST: dockerHost },
      });
      expect(inputs).to.not.have.any.keys("network", "ownerRole");
      expect(inputs.labels).to.include({ "dev.clerk-hasura.part": "schema" });
      expect(resource(graph, "cloud-schema-image").inputs.name).to.equal(schema.image);
    });

    it("tells all that is missing at once", async () => {
      const refused = await refusal({ schema: { path } });
      expect(refused).to.contain(
        "schema.image: is missing, and the release of a project is not known here; set it to the image of the same release whose tag ends in .cli-migrations-v3",
      );
      expect(refused).to.match(/schema\.endpoint: is missing; copy the project's GraphQL URL/);
      expect(refused).to.match(/schema\.adminSecret: is missing; .* or set project\.adminSecret/);
    });

    const REFUSED: [what: string, args: Record<string, unknown>, reason: RegExp][] = [
      [
        "two secrets",
        { project, schema: { ...schema, adminSecret: "other" } },
        /schema\.adminSecret: cannot be combined with project\.adminSecret/,
      ],
      [
        "an endpoint without TLS",
        { project, schema: { ...schema, endpoint: "http://shop.hasura.app" } },
        /schema\.endpoint: would send the admin secret over http:\/\/ unencrypted; allowed: https; copy/,
      ],
      [
        "an endpoint that a container cannot reach",
        { project, schema: { ...schema, endpoint: "https://localhost:8080" } },
        /schema\.endpoint: is a loopback address, where the job's container reaches only itself/,
      ],
      [
        "a secret that no header can carry",
        { schema: { ...schema, adminSecret: "a\nb" } },
        /schema\.adminSecret: is empty, or has a space, a line break/,
      ],
      [
        "an unknown field",
        { project, schema: { ...schema, seeds: true } },
        /unknown field "seeds"/,
      ],
    ];
    for (const [what, args, reason] of REFUSED) {
      it(`refuses ${what}`, async () => {
        expect(await refusal(args)).to.match(reason);
      });
    }
  });
});
