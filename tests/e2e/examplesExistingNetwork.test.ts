import { expect } from "chai";
import { docker, inspect, tryDocker } from "./support/docker";
import { EngineClient, refusalOf } from "./support/engineClient";
import { createExample, freePorts } from "./support/exampleStack";
import { makeNotes, notesSeen } from "./support/notes";
import { changedNothing, type TestStack } from "./support/testStack";
import { bearer, hmacSigner, signToken } from "./support/tokens";

const NAMES = ["shop", "billing"] as const;
type Name = (typeof NAMES)[number];

interface Outputs {
  endpoints: Record<Name, string>;
  adminSecrets: Record<Name, string>;
  jwtSecrets: Record<Name, string>;
  containers: Record<Name, { hasura: string; postgres: string }>;
}

interface Exported {
  deployment: { resources: { urn: string; type: string; provider?: string }[] };
}

describe("the example in an existing network", function () {
  this.timeout(300_000);
  const network = `chtest-e2e-existing-${process.pid}`;
  const clients = {} as Record<Name, EngineClient>;
  let stack: TestStack;
  let outputs: Outputs;

  before(async () => {
    await docker(["network", "create", network]);
    const [billingPort = 0, billingPostgresPort = 0] = await freePorts(2);
    const more = { billingPort: `${billingPort}`, billingPostgresPort: `${billingPostgresPort}` };
    stack = await createExample("existingNetwork", { plain: { network, team: "shops", ...more } });
    await stack.up();
    outputs = (await stack.outputs()) as unknown as Outputs;
    const { shop, billing } = outputs.adminSecrets;
    clients.shop = new EngineClient(stack.port, shop);
    clients.billing = new EngineClient(billingPort, billing);
    for (const name of NAMES) await makeNotes(clients[name]);
  });
  after(async () => {
    await stack?.cleanUp();
    await tryDocker(["network", "rm", network]);
  });

  const token = (name: Name) => {
    const { key } = JSON.parse(outputs.jwtSecrets[name]) as { key: string };
    return signToken(hmacSigner(key), { issuer: `https://${name}.invalid`, user: "user_1" });
  };
  const other = (name: Name): Name => (name === "shop" ? "billing" : "shop");

  for (const name of NAMES) {
    it(`answers a query at ${name}, and refuses the other one's token and secret`, async () => {
      expect(await notesSeen(clients[name], bearer(await token(name)))).to.have.length(100);
      const foreign = bearer(await token(other(name)));
      const refused = await clients[name].graphql("{ __typename }", foreign);
      // The engine compares the issuer before it looks at the signature.
      expect(refusalOf(refused).message).to.equal("Could not verify JWT: JWTNotInIssuer");
      const secret = await clients[name].graphql("{ __typename }", clients[other(name)].admin);
      expect(refusalOf(secret)).to.have.property("code", "access-denied");
    });
  }

  it("lets the engines, and no database, into the network, where each is known by name", async () => {
    const members = await inspect(network, "{{range .Containers}}{{.Name}} {{end}}");
    const engines = NAMES.map((name) => outputs.containers[name].hasura);
    expect(members.trim().split(" ").sort()).to.deep.equal([...engines].sort());
    const { shop, billing } = outputs.containers;
    const reach = (host: string, port: number) =>
      tryDocker(["exec", shop.hasura, "bash", "-c", `exec 3<>/dev/tcp/${host}/${port}`]);
    expect((await reach(billing.hasura, 8080)).code).to.equal(0);
    expect((await reach(billing.postgres, 5432)).code).to.not.equal(0);
  });

  it("has the label on every container, beside the component's own", async () => {
    const { containers } = await stack.objects();
    expect(containers).to.have.length(4);
    for (const container of containers) {
      const labels = JSON.parse(await inspect(container, "{{json .Config.Labels}}"));
      expect(labels, container).to.include({ "com.example.team": "shops" });
      expect(labels, container).to.have.property("dev.clerk-hasura.component");
    }
  });

  it("asks the given provider for everything in Docker", async () => {
    const { stdout } = await stack.demand(["stack", "export"]);
    const { resources } = (JSON.parse(stdout) as Exported).deployment;
    const ours = resources.filter(({ type }) => type.startsWith("docker:"));
    expect(ours).to.have.length.greaterThan(8);
    const providers = new Set(ours.map(({ provider = "" }) => provider.split("::").at(-2)));
    expect([...providers]).to.deep.equal(["engine"]);
  });

  it("changes nothing the second time, nor does a refresh", async () => {
    const again = await stack.up("--refresh", "--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("leaves the network once it is destroyed, and nothing else", async () => {
    await stack.destroyAll();
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    expect(await inspect(network, "{{len .Containers}}")).to.equal("0");
  });
});
