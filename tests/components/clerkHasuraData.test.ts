import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, Preset, SigningAlgorithm } from "../../infra";
import {
  production,
  type Registration,
  recordGraph,
  resolvedValue,
  resource,
} from "../support/recordGraph";

const KEY = "k".repeat(40);
const ARGS: ClerkHasuraArgs = {
  identity: { signingKey: { algorithm: SigningAlgorithm.HS256, key: KEY } },
  hasura: { env: { EXTRA_TOKEN: "extra-value" } },
};

function build(args: ClerkHasuraArgs = ARGS, name = "api"): Promise<Registration[]> {
  return recordGraph(() => new ClerkHasura(name, production(args)));
}

const KEPT = [
  "api-databases",
  "api-databases-application",
  "api-databases-application-grant",
  "api-databases-application-pgcrypto",
  "api-databases-application-schema-grant",
  "api-databases-metadata",
  "api-databases-metadata-grant",
  "api-databases-metadata-pgcrypto",
  "api-databases-metadata-schema-grant",
  "api-databases-owner",
  "api-databases-password",
  "api-databases-role",
  "api-postgres-data",
  "api-postgres-password",
];

describe("ClerkHasura, the data", () => {
  it("protects everything whose loss is the loss of rows", async () => {
    const graph = await build();
    for (const name of KEPT) expect(resource(graph, name).protect, name).to.equal(true);
  });

  it("protects nothing when told so", async () => {
    const graph = await build({
      ...ARGS,
      postgres: { protectData: false },
      allowInProduction: ["postgres.protectData"],
    });
    expect(graph.filter((it) => it.protect).map((it) => it.name)).to.deep.equal([]);
  });

  it("asks whose a volume is before it is made, before it is used and before it is deleted", async () => {
    const graph = await build();
    const volume = resource(graph, "api-postgres-data");
    expect(volume.dependsOn.join()).to.contain("::api-postgres-claim");
    expect(volume.options.ignoreChanges, "labels never replace a volume").to.deep.equal(["labels"]);
    expect(volume.inputs.labels).to.deep.include({
      label: "dev.clerk-hasura.instance",
      value: "0123456789abcdef",
    });
    for (const name of ["api-postgres-release", "api-postgres-guard"]) {
      expect(resource(graph, name).dependsOn.join(), name).to.contain("::api-postgres-data");
    }
    expect(resource(graph, "api-postgres-release").inputs).to.include({ delete: "delete" });
    expect(resource(graph, "api-postgres-container").dependsOn.join()).to.contain(
      "::api-postgres-guard",
    );
  });

  it("keeps what it was told to adopt when the setting goes", async () => {
    const claim = async (args: ClerkHasuraArgs) =>
      resource(await build({ ...ARGS, ...args }), "api-postgres-claim");
    const told = await claim({ ...ARGS, postgres: { adoptVolume: "0123456789abcdef" } });
    expect(told.inputs.environment).to.deep.include({ ADOPT: "0123456789abcdef" });
    expect(told.options.ignoreChanges).to.deep.equal([]);
    const later = await claim(ARGS);
    expect(later.options.ignoreChanges).to.deep.equal(["environment.ADOPT"]);
  });

  it("drops no database or role when the volume goes", async () => {
    const graph = await build();
    const volume = graph.find((it) => it.name === "api-postgres-data");
    const dependants = graph.filter((it) => it.type.startsWith("postgresql:"));
    expect(volume?.type).to.equal("docker:index/volume:Volume");
    expect(dependants).to.have.length(10);
    for (const it of dependants) expect(it.deletedWith, it.name).to.match(/::api-postgres-data$/);
  });

  it("runs grants one after another and after the server is ready", async () => {
    const graph = await build();
    const order = graph.filter((it) =>
      /postgresql:index\/(grant|extension|database):/.test(it.type),
    );
    for (const it of order) {
      expect(it.dependsOn.join(), it.name).to.contain("::api-postgres-ready");
    }
    const chain = (name: string) => resource(graph, name).dependsOn.join();
    expect(chain("api-databases-metadata-grant")).to.contain("api-databases-metadata-pgcrypto");
    expect(chain("api-databases-metadata-schema-grant")).to.contain("api-databases-metadata-grant");
    expect(chain("api-databases-application")).to.contain("api-databases-metadata-schema-grant");
    // The other way round on destroy: a role goes after the databases that hold what it owns.
    expect(chain("api-databases-metadata")).to.contain("::api-databases-role");
  });

  it("makes the engine a member of the owner, which it is without being asked in development alone", async () => {
    const roles = async (args: ClerkHasuraArgs) => {
      const graph = await build({ ...ARGS, ...args });
      const { login } = resource(graph, "api-databases-owner").inputs;
      const { roles, inherit } = resource(graph, "api-databases-role").inputs;
      const grant = resource(graph, "api-databases-application-schema-grant").inputs;
      const { ENGINE_INHERITS } = resource(graph, "api-databases-login").inputs
        .environment as Record<string, string>;
      return { login, roles, inherit, inPublic: grant.privileges, told: ENGINE_INHERITS };
    };
    const both = { login: false, roles: ["app_owner"] };
    const apart = { ...both, inherit: false, inPublic: ["USAGE"], told: "false" };
    expect(await roles({})).to.deep.equal(apart);
    const alike = { ...both, inherit: true, inPublic: ["CREATE", "USAGE"], told: "true" };
    expect(await roles({ preset: Preset.Development })).to.deep.equal(alike);
  });

  it("makes a role that only reads where it is asked for, and drops it after the databases", async () => {
    let backend: ClerkHasura | undefined;
    const graph = await recordGraph(() => {
      backend = new ClerkHasura(
        "api",
        production({ ...ARGS, postgres: { readOnlyRole: "reporting" } }),
      );
    });
    if (backend === undefined) throw new Error("not built");
    expect(resource(graph, "api-databases-read-only-role").protect).to.equal(true);
    expect(resource(graph, "api-databases-metadata").dependsOn.join()).to.contain(
      "::api-databases-read-only-role",
    );
    const url = new URL(await resolvedValue(backend.readOnlyDatabaseUrl));
    expect(url.username).to.equal("reporting");
    expect(await pulumi.isSecret(backend.readOnlyDatabaseUrl)).to.equal(true);
  });

  it("makes databases whose order does not depend on the image's base", async () => {
    const graph = await build();
    for (const name of ["api-databases-application", "api-databases-metadata"]) {
      expect(resource(graph, name).inputs).to.deep.include({
        encoding: "UTF8",
        lcCollate: "C",
        lcCtype: "C.UTF-8",
        template: "template0",
      });
    }
  });

  it("names volume, network and containers by project, stack and component", async () => {
    const graph = await build();
    const names = ["api-postgres-data", "api-network", "api-hasura-container"].map(
      (name) => resource(graph, name).inputs.name,
    );
    expect(names).to.deep.equal([
      "shop-test-api-postgres-data",
      "shop-test-api-network",
      "shop-test-api-hasura",
    ]);
  });
});
