import { createPrivateKey } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { packedPackage } from "../unit/package/packedPackage";
import { ConsumerProject } from "./support/consumerProject";
import { inspect } from "./support/docker";
import { EngineClient, refusalOf } from "./support/engineClient";
import { freePorts, testImages } from "./support/exampleStack";
import { makeNotes, notesSeen } from "./support/notes";
import { changedNothing } from "./support/testStack";
import { bearer, hmacSigner, type Signer, signToken } from "./support/tokens";

const PROGRAM = `
const docker = require("@pulumi/docker");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const { ClerkHasura, ClerkSigningKey, SigningAlgorithm } = require("clerk-hasura");

const config = new pulumi.Config();
const engine = new docker.Provider("own-docker", {});
const chance = new random.Provider("own-random", {});
const team = { label: "com.example.team", value: "shops" };

const labelled = ({ type, props, opts }) => {
  if (type !== "docker:index/container:Container") return undefined;
  const labels = [...props.labels, team].sort((a, b) => (a.label < b.label ? -1 : 1));
  return { props: { ...props, labels }, opts };
};

const keys = {
  shop: new ClerkSigningKey("shop-key", { algorithm: SigningAlgorithm.RS256 }, { providers: [chance] }),
  billing: new ClerkSigningKey("billing-key", { algorithm: SigningAlgorithm.HS256 }, { providers: [chance] }),
};

const backend = (name) => {
  const { algorithm, verificationKey } = keys[name];
  const identity = {
    signingKey: { algorithm, key: verificationKey },
    issuer: "https://" + name + ".invalid",
  };
  const postgres = {
    port: config.requireNumber(name + "PostgresPort"),
    image: config.get("postgresImage"),
    majorVersion: config.getNumber("postgresVersion"),
    protectData: false,
  };
  const hasura = { port: config.requireNumber(name + "Port"), image: config.get("hasuraImage") };
  const opts = { providers: [engine, chance], transforms: [labelled] };
  return new ClerkHasura(name, { preset: "development", identity, hasura, postgres }, opts);
};

for (const name of ["shop", "billing"]) {
  const { endpoint, adminSecret } = backend(name);
  exports[name] = { endpoint, adminSecret, privateKey: keys[name].privateKey };
}
`;

const NAMES = ["shop", "billing"] as const;
type Name = (typeof NAMES)[number];

interface Output {
  endpoint: string;
  adminSecret: string;
  privateKey: string;
}

describe("the npm package in a project of its own", function () {
  this.timeout(600_000);
  const clients = {} as Record<Name, EngineClient>;
  const signers = {} as Record<Name, Signer>;
  const ports = {} as Record<Name, number>;
  let consumer: ConsumerProject;
  let outputs: Record<Name, Output>;

  before(async () => {
    const { tarball } = await packedPackage();
    const [shop = 0, shopPostgres = 0, billing = 0, billingPostgres = 0] = await freePorts(4);
    Object.assign(ports, { shop, billing });
    const config = {
      shopPort: `${shop}`,
      shopPostgresPort: `${shopPostgres}`,
      billingPort: `${billing}`,
      billingPostgresPort: `${billingPostgres}`,
      ...testImages(),
    };
    const manifest = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
    const own = ["@pulumi/docker", "@pulumi/pulumi", "@pulumi/random"];
    const ranges = { ...manifest.dependencies, ...manifest.peerDependencies };
    const dependencies = Object.fromEntries(own.map((name) => [name, ranges[name]]));
    consumer = await ConsumerProject.create(tarball, { source: PROGRAM, dependencies, config });
    await consumer.up();
    const { stdout } = await consumer.demand(["stack", "output", "--json", "--show-secrets"]);
    outputs = JSON.parse(stdout);
    for (const name of NAMES) {
      clients[name] = new EngineClient(ports[name], outputs[name].adminSecret);
      await makeNotes(clients[name]);
    }
    signers.shop = { algorithm: "RS256", key: createPrivateKey(outputs.shop.privateKey) };
    signers.billing = hmacSigner(outputs.billing.privateKey);
  });
  after(() => consumer?.cleanUp());

  const token = (name: Name) =>
    signToken(signers[name], { issuer: `https://${name}.invalid`, user: "user_1" });

  it("has one copy of each of Pulumi's packages, and nothing that loads TypeScript", () => {
    const lock = JSON.parse(readFileSync(join(consumer.project, "package-lock.json"), "utf8"));
    const installed = Object.keys(lock.packages).filter((path) => path.includes("@pulumi/"));
    const names = ["command", "docker", "postgresql", "pulumi", "random"];
    const expected = names.map((name) => `node_modules/@pulumi/${name}`);
    expect(installed.sort()).to.deep.equal(expected);
    expect(lock.packages["node_modules/clerk-hasura"].resolved).to.match(/^file:.*\.tgz$/);
    for (const loader of ["tsx", "ts-node"]) {
      expect(existsSync(join(consumer.project, "node_modules", loader)), loader).to.equal(false);
    }
  });

  for (const name of NAMES) {
    it(`answers a token of ${name}'s key at ${name}, and refuses the other one's`, async () => {
      expect(outputs[name].endpoint).to.contain(`:${ports[name]}/`);
      expect(await notesSeen(clients[name], bearer(await token(name)))).to.have.length(100);
      const other = name === "shop" ? "billing" : "shop";
      const foreign = bearer(await token(other));
      const refused = await clients[name].graphql("{ __typename }", foreign);
      expect(refusalOf(refused)).to.have.property("code", "invalid-jwt");
    });
  }

  it("made the key pair by the package's own provider, whose code is not in the state", async () => {
    const resources = await consumer.resources();
    const pairs = resources.filter(({ type }) => type.startsWith("pulumi-nodejs:dynamic/"));
    expect(pairs.map(({ urn }) => urn.split("::").at(-1))).to.deep.equal(["shop-key-pair"]);
    const [pair] = pairs;
    expect(pair?.inputs?.__provider).to.include('("clerk-hasura/remoteProviders").keyPair');
    expect(outputs.shop.privateKey).to.match(/^-----BEGIN PRIVATE KEY-----/);
  });

  it("puts the transform's label on every container, beside the component's own", async () => {
    const { containers } = await consumer.objects();
    expect(containers).to.have.length(4);
    for (const container of containers) {
      const labels = JSON.parse(await inspect(container, "{{json .Config.Labels}}"));
      expect(labels, container).to.include({ "com.example.team": "shops" });
      expect(labels, container).to.have.property("dev.clerk-hasura.component");
    }
  });

  it("asks the given providers for all that is theirs, and has one of each other package", async () => {
    const resources = await consumer.resources();
    const usersOf = (name: string) => resources.filter(({ type }) => type.startsWith(`${name}:`));
    for (const [name, own] of Object.entries({ docker: "own-docker", random: "own-random" })) {
      const providers = usersOf(name).map(({ provider = "" }) => provider.split("::").at(-2));
      expect(providers, name).to.have.length.greaterThan(4);
      expect([...new Set(providers)], name).to.deep.equal([own]);
    }
    const providers = resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map(({ type, urn }) => [type.split(":").at(-1), urn.split("::").at(-1)].join(" "));
    expect(providers.map((it) => it.replace(/ default.*/, " default")).sort()).to.deep.equal([
      "command default",
      "docker own-docker",
      "postgresql billing-postgres-admin",
      "postgresql shop-postgres-admin",
      "pulumi-nodejs default",
      "random own-random",
    ]);
  });

  it("changes nothing the second time", async () => {
    const again = await consumer.up("--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("leaves nothing once it is destroyed", async () => {
    expect((await consumer.objects()).volumes).to.have.length(2);
    await consumer.destroy();
    expect(await consumer.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    expect(await consumer.resources()).to.deep.equal([]);
  });
});
