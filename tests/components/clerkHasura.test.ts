import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, SigningAlgorithm } from "../../infra";
import {
  isSecretInput,
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

function shortened(graph: readonly Registration[]): string[] {
  return graph.map(({ type, name }) => `${type.split(":").pop()} ${name}`).sort();
}

const DATA = [
  "ClerkHasura api",
  "Command api-postgres-claim",
  "Command api-postgres-release",
  "Command api-databases-names",
  "Database api-databases-application",
  "Database api-databases-metadata",
  "EngineDatabases api-databases",
  "Extension api-databases-application-pgcrypto",
  "Extension api-databases-metadata-pgcrypto",
  "Grant api-databases-application-grant",
  "Grant api-databases-application-schema-grant",
  "Grant api-databases-metadata-grant",
  "Grant api-databases-metadata-schema-grant",
  "PostgresServer api-postgres",
  "RandomId api-instance",
  "RandomPassword api-admin-secret",
  "RandomPassword api-databases-password",
  "RandomPassword api-postgres-password",
  "Role api-databases-owner",
  "Role api-databases-role",
  "Volume api-postgres-data",
  "postgresql api-postgres-admin",
];
const RUNNING = [
  "Command api-databases-login",
  "Command api-hasura-ready",
  "Command api-postgres-guard",
  "Command api-postgres-ready",
  "Container api-hasura-container",
  "Container api-postgres-container",
  "HasuraEngine api-hasura",
  "Network api-network",
  "RemoteImage api-hasura-image",
  "RemoteImage api-postgres-image",
];

describe("ClerkHasura, its resources", () => {
  it("is made of exactly these", async () => {
    expect(shortened(await build())).to.deep.equal([...DATA, ...RUNNING].sort());
  });

  it("keeps exactly the data when suspended", async () => {
    expect(shortened(await build({ ...ARGS, suspended: true }))).to.deep.equal([...DATA].sort());
  });

  it("makes the same resources in a preview, so that none hides inside an apply", async () => {
    const preview = await recordGraph(() => new ClerkHasura("api", production(ARGS)), true);
    expect(shortened(preview)).to.deep.equal(shortened(await build()));
  });

  it("has no server of its own with an external one", async () => {
    const external = { host: "db.example.com", user: "admin", password: "p@ss/word" };
    const graph = await build({ ...ARGS, postgres: { external } });
    const left = [...DATA, ...RUNNING].filter(
      (it) => !/(Volume|PostgresServer|api-postgres-(c|r|p|guard))/.test(it),
    );
    expect(shortened(graph)).to.deep.equal(left.sort());
    const { inputs } = resource(graph, "api-postgres-admin");
    expect(inputs).to.deep.include({ host: "db.example.com", sslmode: "verify-full" });
    expect(isSecretInput(inputs.password)).to.equal(true);
  });
});

describe("ClerkHasura, the containers", () => {
  for (const name of ["api-postgres-container", "api-hasura-container"]) {
    it(`${name} is hardened, bounded and replaced delete-first`, async () => {
      const container = resource(await build(), name);
      expect(container.deleteBeforeReplace).to.equal(true);
      expect(container.inputs).to.deep.include({
        restart: "unless-stopped",
        memory: 1024,
        memorySwap: 1024,
        cpus: "1.0",
        logOpts: { "max-file": "3", "max-size": "10m" },
      });
      expect(container.inputs.capabilities).to.deep.equal({ drops: ["ALL"] });
      expect(container.inputs.securityOpts).to.deep.equal(["no-new-privileges"]);
      expect(container.inputs.ports).to.have.nested.property("[0].ip", "127.0.0.1");
      expect(container.inputs).to.have.property("healthcheck");
      expect(container.inputs.image).to.match(/^sha256:/);
    });

    it(`${name} gets a limit of processes as soon as it exists`, async () => {
      const parameters = { max_connections: "500" };
      const graph = await build({ ...ARGS, postgres: { parameters } });
      const ready = resource(graph, name.replace("-container", "-ready"));
      const limit = name.includes("postgres") ? "1524" : "1124";
      expect(ready.inputs.environment).to.deep.include({ PIDS_LIMIT: limit });
    });
  }

  it("stop with grace from the first up", async () => {
    const graph = await build();
    expect(resource(graph, "api-postgres-container").inputs.destroyGraceSeconds).to.equal(90);
    expect(resource(graph, "api-hasura-container").inputs.destroyGraceSeconds).to.equal(20);
  });

  it("mount the volume where the major version keeps its data", async () => {
    const path = async (majorVersion: number) => {
      const image = `postgres:${majorVersion}`;
      const graph = await build({ ...ARGS, postgres: { image, majorVersion } });
      return resource(graph, "api-postgres-container").inputs;
    };
    const volumes = (containerPath: string) => [
      { volumeName: "shop-test-api-postgres-data", containerPath },
    ];
    const [older, newer] = [await path(17), await path(18)];
    expect(older.volumes).to.deep.equal(volumes("/var/lib/postgresql/data"));
    expect(newer.volumes).to.deep.equal(volumes("/var/lib/postgresql"));
    // Whatever the image says: its own data directory may lie outside the mount.
    expect(older.envs).to.include("PGDATA=/var/lib/postgresql/data");
    expect(newer.envs).to.include("PGDATA=/var/lib/postgresql/18/docker");
    expect(older.envs).to.include("POSTGRES_INITDB_WALDIR=");
  });

  it("get their secrets by file: no environment or command line holds one", async () => {
    const graph = await build();
    for (const name of ["api-postgres-container", "api-hasura-container"]) {
      const { uploads, ...rest } = resource(graph, name).inputs;
      const text = JSON.stringify(rest);
      expect(text, name).to.not.match(
        /generated-|extra-value|kkkk|4dabf18193072939515e22adb298388d/,
      );
      expect(JSON.stringify(uploads), name).to.match(/generated-/);
    }
  });
});

describe("ClerkHasura, secrets and outputs", () => {
  it("marks secret whatever holds a secret", async () => {
    const graph = await build();
    for (const name of ["api-databases-role", "api-postgres-admin"]) {
      expect(isSecretInput(resource(graph, name).inputs.password), name).to.equal(true);
    }
    for (const name of ["api-postgres-container", "api-hasura-container"]) {
      const text = JSON.stringify(resource(graph, name).inputs.uploads);
      expect(text, name).to.contain("4dabf18193072939515e22adb298388d");
    }
  });

  it("answers secrets as secrets and the rest in the clear", async () => {
    let it_: ClerkHasura | undefined;
    await recordGraph(() => {
      it_ = new ClerkHasura("api", production(ARGS));
    });
    if (it_ === undefined) throw new Error("not built");
    const secret = await Promise.all(
      [it_.adminSecret, it_.jwtSecret, it_.databaseUrl].map((output) => pulumi.isSecret(output)),
    );
    const open = await Promise.all(
      [it_.endpoint, it_.websocketEndpoint, it_.issuer, it_.jwksUrl, it_.tokenShape].map((output) =>
        pulumi.isSecret(output),
      ),
    );
    expect(secret).to.deep.equal([true, true, true]);
    expect(open).to.deep.equal([false, false, false, false, false]);
    expect(await pulumi.isSecret(it_.clientEnv)).to.equal(false);
    expect(await resolvedValue(it_.endpoint)).to.equal("http://127.0.0.1:8080/v1/graphql");
    expect(JSON.parse(await resolvedValue(it_.jwtSecret))).to.deep.include({
      type: "HS256",
      key: KEY,
    });
  });

  it("marks the JWT secret even where every part of it is public", async () => {
    let it_: ClerkHasura | undefined;
    await recordGraph(() => {
      it_ = new ClerkHasura("api", production({ identity: { frontendApi: "clerk.example.com" } }));
    });
    if (it_ === undefined) throw new Error("not built");
    expect(await pulumi.isSecret(it_.jwtSecret)).to.equal(true);
    expect(await resolvedValue(it_.jwksUrl)).to.equal(
      "https://clerk.example.com/.well-known/jwks.json",
    );
    expect(await resolvedValue(it_.issuer)).to.equal("https://clerk.example.com");
  });
});
