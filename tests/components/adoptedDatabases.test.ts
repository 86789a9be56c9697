import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { Adoptable, ClerkHasura, type PostgresArgs, SigningAlgorithm } from "../../infra";
import {
  isSecretInput,
  production,
  type Registration,
  recordGraph,
  resource,
} from "../support/recordGraph";

const identity = { signingKey: { algorithm: SigningAlgorithm.HS256, key: "k".repeat(40) } };
const external = { host: "db.example.com", user: "admin", password: pulumi.secret("p") };
const { ApplicationDatabase, MetadataDatabase, EngineRole } = Adoptable;

const build = (postgres: PostgresArgs): Promise<Registration[]> =>
  recordGraph(() => new ClerkHasura("api", production({ identity, postgres })));
const names = (graph: Registration[], part: string) =>
  graph.filter(({ type }) => type.includes(part)).map(({ name }) => name);
const ROLE = "api-databases-role";
const APPLICATION = "api-databases-application";
const METADATA = "api-databases-metadata";
const LOGIN = "api-databases-login";
const NAMES = "api-databases-names";

describe("databases and roles that exist", () => {
  it("are imported by their names, as they are, and never dropped", async () => {
    const graph = await build({
      external,
      applicationDatabase: "Shop-1",
      engineRole: "owner",
      adopt: [ApplicationDatabase, EngineRole],
    });
    const application = resource(graph, APPLICATION).options;
    expect(application).to.include({ importId: "Shop-1", retainOnDelete: true });
    expect(application.ignoreChanges).to.include.members(["lcCollate", "owner", "connectionLimit"]);
    const role = resource(graph, ROLE).options;
    expect(role).to.include({ importId: "owner", retainOnDelete: true });
    expect(role.ignoreChanges).to.include.members(["password", "roles", "login"]);
    expect(role.ignoreChanges).to.not.include("superuser");
    const made = resource(graph, METADATA).options;
    expect(made).to.include({ importId: "", retainOnDelete: false });
    for (const name of [`${APPLICATION}-pgcrypto`, `${APPLICATION}-grant`]) {
      expect(resource(graph, name).options.retainOnDelete, name).to.equal(true);
    }
  });

  it("keep a role of the stack's own, which may own what is in them", async () => {
    const role = resource(await build({ external, adopt: [MetadataDatabase] }), ROLE).options;
    expect(role).to.deep.include({ importId: "", retainOnDelete: true, ignoreChanges: [] });
  });

  it("are all three where a volume is taken over, unless adopt says which", async () => {
    const all = await build({ adoptVolume: "0123456789abcdef" });
    const importIds = [ROLE, APPLICATION, METADATA].map((it) => resource(all, it).options.importId);
    expect(importIds).to.deep.equal(["hasura", "app", "hasura_metadata"]);
    const some = await build({ adoptVolume: "0123456789abcdef", adopt: [EngineRole] });
    expect(resource(some, APPLICATION).options.importId).to.equal("");
  });

  it("keep their rights: no owner is made beside them, and a volume's is taken back", async () => {
    for (const adopt of [[ApplicationDatabase], [EngineRole]]) {
      const graph = await build({ external, adopt });
      expect(names(graph, ":Role")).to.deep.equal([ROLE]);
      expect(resource(graph, ROLE).inputs).to.not.have.property("inherit");
      const grant = resource(graph, `${APPLICATION}-schema-grant`).inputs;
      expect(grant.privileges).to.deep.equal(["CREATE", "USAGE"]);
      expect(resource(graph, LOGIN).inputs.environment).to.include({
        OWNER_ROLE: "",
        TAKES_DATA: "",
      });
    }
    const kept = await build({ adoptVolume: "0123456789abcdef" });
    expect(resource(kept, LOGIN).inputs.environment).to.include({
      OWN_DATABASES: "",
      TAKES_DATA: "1",
    });
  });

  it("may be one for data and metadata", async () => {
    const both = { applicationDatabase: "theirs", metadataDatabase: "theirs" };
    const graph = await build({ external, ...both, adopt: [ApplicationDatabase] });
    expect(names(graph, ":Database")).to.deep.equal([APPLICATION]);
    expect(names(graph, ":Grant")).to.have.length(2);
    expect(resource(graph, LOGIN).inputs.environment).to.include({ TAKES_CATALOG: "1" });
  });
});

describe("the steps around databases", () => {
  it("look first, and come before the engine", async () => {
    const graph = await build({});
    for (const it of graph.filter(({ type }) => type.startsWith("postgresql:index/"))) {
      expect(it.dependsOn.join(), it.name).to.contain(`::${NAMES}`);
    }
    expect(resource(graph, NAMES).dependsOn.join()).to.contain("::api-postgres-ready");
    expect(resource(graph, LOGIN).dependsOn.join()).to.contain(`::${APPLICATION}-schema-grant`);
    expect(resource(graph, "api-hasura-container").dependsOn.join()).to.contain(`::${LOGIN}`);
  });

  it("are unprotected, so that a stack can be suspended, and take passwords on standard input alone", async () => {
    const graph = await build({ external });
    for (const name of [NAMES, LOGIN]) {
      const { inputs, protect } = resource(graph, name);
      expect(protect, name).to.equal(false);
      expect(isSecretInput(inputs.stdin), name).to.equal(true);
      expect(JSON.stringify(inputs.environment), name).to.not.contain("generated-");
    }
  });

  it("remember names and locale, and no other thing", async () => {
    const graph = await build({ collation: "en_US.UTF-8", engineRole: "clerk" });
    const { environment, addPreviousOutputInEnv } = resource(graph, NAMES).inputs;
    expect(addPreviousOutputInEnv).to.equal(true);
    expect((environment as { NAMES: string }).NAMES.split("\n").sort()).to.deep.equal([
      "applicationDatabase=app",
      "characterType=C.UTF-8",
      "collation=en_US.UTF-8",
      "engineRole=clerk",
      "metadataDatabase=hasura_metadata",
      "ownerRole=app_owner",
      "readOnlyRole=",
    ]);
    expect(resource(graph, METADATA).inputs).to.include({ lcCollate: "en_US.UTF-8" });
  });

  it("reach an external server from where the engine will, trusting whom it trusts", async () => {
    const graph = await build({
      external: { ...external, engineHost: "fd00::5", enginePort: 6432 },
    });
    expect(resource(graph, LOGIN).inputs.environment).to.include({
      CONTAINER: "",
      IMAGE: "sha256:api-postgres-image",
      SERVER_HOST: "fd00::5",
      SERVER_PORT: "6432",
      SERVER_SSLMODE: "verify-full",
      ADMIN: "admin",
      HOSTS: "host.docker.internal:host-gateway",
    });
    const { ENGINE_IMAGE } = resource(graph, LOGIN).inputs.environment as Record<string, string>;
    expect(ENGINE_IMAGE).to.match(/graphql-engine/);
  });

  it("create the extensions that are asked for", async () => {
    const graph = await build({ extensions: ["postgis", "dblink"] });
    expect(resource(graph, LOGIN).inputs.environment).to.include({ EXTENSIONS: "dblink postgis" });
  });
});

describe("a database that the stack makes", () => {
  it("is replaced by no plan for what it was born with", async () => {
    const graph = await build({});
    for (const name of [APPLICATION, METADATA]) {
      expect(resource(graph, name).options.ignoreChanges, name).to.deep.equal([
        "encoding",
        "lcCollate",
        "lcCtype",
        "template",
      ]);
    }
  });
});
