import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, JwksMode, Preset, SigningAlgorithm } from "../../infra";
import { stackConfig } from "../../infra/program/stackConfig";
import {
  isSecretInput,
  production,
  type Registration,
  recordGraph,
  resource,
} from "../support/recordGraph";

const HOST = "clerk.example.com";
const fetched: ClerkHasuraArgs = { identity: { frontendApi: HOST } };
const KEYS = "api-hasura-keys";

function build(
  args: ClerkHasuraArgs = fetched,
  opts?: () => pulumi.ComponentResourceOptions,
): Promise<Registration[]> {
  return recordGraph(() => new ClerkHasura("api", production(args), opts?.()));
}

const environmentOf = (graph: readonly Registration[], name: string) =>
  resource(graph, name).inputs.environment as Record<string, string>;

describe("ClerkHasura, the key set", () => {
  it("is tried before the engine's container, in a step that holds nothing secret in the clear", async () => {
    const graph = await build({
      ...fetched,
      hasura: { networks: ["proxy"], env: { HTTPS_PROXY: "http://user:word@proxy.example.com" } },
    });
    expect(resource(graph, "api-hasura-container").dependsOn.join()).to.contain(`::${KEYS}`);
    expect(isSecretInput(resource(graph, KEYS).inputs.stdin)).to.equal(true);
    const { NETWORKS, HOSTS, IMAGE, ADDRESS } = environmentOf(graph, KEYS);
    expect({ NETWORKS, HOSTS, IMAGE, ADDRESS }).to.deep.equal({
      NETWORKS: "shop-test-api-network proxy",
      HOSTS: "host.docker.internal:host-gateway",
      IMAGE: "sha256:api-hasura-image",
      ADDRESS: `https://${HOST}/.well-known/jwks.json`,
    });
  });

  const key = { algorithm: SigningAlgorithm.HS256, key: "k".repeat(40) };
  const given: [string, ClerkHasuraArgs][] = [
    ["a key is given", { identity: { signingKey: key } }],
    [
      "a key is given beside a Clerk instance",
      { identity: { frontendApi: HOST, signingKey: key } },
    ],
    ["the key is pinned", { identity: { frontendApi: HOST, jwks: JwksMode.Pinned } }],
    ["nothing runs", { ...fetched, suspended: true }],
  ];
  for (const [when, args] of given) {
    it(`is not tried where ${when}`, async () => {
      expect((await build(args)).map(({ name }) => name)).to.not.include(KEYS);
    });
  }

  const trigger = async (args: ClerkHasuraArgs) =>
    JSON.stringify(resource(await build(args), KEYS).inputs.triggers);
  const changes: [string, ClerkHasuraArgs, again: boolean][] = [
    ["address", { identity: { jwksUrl: "https://i.example.com/keys" } }, true],
    ["networks", { ...fetched, hasura: { networks: ["proxy"] } }, true],
    ["secrets", { ...fetched, hasura: { env: { A: "b" } } }, true],
    ["environment", { ...fetched, hasura: { logTypes: ["startup"] } }, true],
    ["memory, which changes in place,", { ...fetched, hasura: { memoryMb: 2048 } }, false],
  ];
  for (const [what, args, again] of changes) {
    it(`${again ? "is tried again" : "is not tried again"} with another ${what}`, async () => {
      expect((await trigger(args)) !== (await trigger(fetched))).to.equal(again);
    });
  }
});

describe("ClerkHasura, the engine's hosts", () => {
  it("are the Docker host by its usual name and those given, sorted", async () => {
    const extraHosts = { "auth.example.com": "10.0.0.5", "host.docker.internal": "10.0.0.6" };
    const graph = await build({ ...fetched, hasura: { extraHosts } });
    expect(resource(graph, "api-hasura-container").inputs.hosts).to.deep.equal([
      { host: "auth.example.com", ip: "10.0.0.5" },
      { host: "host.docker.internal", ip: "10.0.0.6" },
    ]);
  });
});

describe("ClerkHasura, its Docker engine", () => {
  const STEPS = ["api-postgres-ready", KEYS, "api-hasura-ready"];
  const HOST_VARIABLES = /^DOCKER_/;
  afterEach(() => pulumi.runtime.setAllConfig({}));

  async function asked(
    config: Record<string, string>,
    args = fetched,
    opts?: () => pulumi.ComponentResourceOptions,
  ) {
    pulumi.runtime.setAllConfig(config);
    const graph = await build(args, opts);
    return STEPS.map((name) =>
      Object.fromEntries(
        Object.entries(environmentOf(graph, name)).filter(([it]) => HOST_VARIABLES.test(it)),
      ),
    );
  }

  const host = "tcp://10.0.0.7:2376";
  const rows: [string, Record<string, string>, Record<string, string>][] = [
    ["nothing", {}, {}],
    ["docker:host", { "docker:host": host }, { DOCKER_HOST: host }],
    [
      "docker:context, which the machine's DOCKER_HOST does not win over",
      { "docker:context": "far" },
      { DOCKER_CONTEXT: "far", DOCKER_HOST: "" },
    ],
    [
      "docker:certPath",
      { "docker:host": host, "docker:certPath": "/certs" },
      { DOCKER_HOST: host, DOCKER_CERT_PATH: "/certs", DOCKER_TLS_VERIFY: "1" },
    ],
  ];
  for (const [name, config, expected] of rows) {
    it(`is the one of ${name} for every step`, async () => {
      expect(await asked(config)).to.deep.equal(STEPS.map(() => expected));
    });
  }

  it("is the one of a provider that is passed, whatever the configuration says", async () => {
    const opts = () => ({ providers: { docker: new docker.Provider("far", { host }) } });
    const config = { "docker:sshOpts": '["-p","22"]', "docker:host": "tcp://10.0.0.8:2376" };
    expect(await asked(config, fetched, opts)).to.deep.equal(
      STEPS.map(() => ({ DOCKER_HOST: host })),
    );
  });

  it("is the one of a provider that a parent hands down", async () => {
    class Parent extends pulumi.ComponentResource {
      constructor() {
        const providers = { docker: new docker.Provider("far", { host }) };
        super("shop:index:Parent", "parent", {}, { providers });
      }
    }
    const opts = () => ({ parent: new Parent() });
    expect(await asked({}, fetched, opts)).to.deep.equal(STEPS.map(() => ({ DOCKER_HOST: host })));
  });

  const refused: [string, Record<string, string>, string | undefined, RegExp][] = [
    [
      "docker:caMaterial",
      { "docker:caMaterial": "PEM" },
      undefined,
      /docker:caMaterial: .*docker:certPath/,
    ],
    ["docker:certMaterial", { "docker:certMaterial": "PEM" }, undefined, /docker:certMaterial: /],
    [
      "docker:keyMaterial",
      { "docker:keyMaterial": "s3cr3t" },
      undefined,
      /docker:keyMaterial: (?!.*s3cr3t)/,
    ],
    ["docker:sshOpts", { "docker:sshOpts": "[]" }, undefined, /docker:sshOpts: .*~\/\.ssh\/config/],
    [
      "host and context together",
      { "docker:host": host, "docker:context": "far" },
      undefined,
      /docker:context: /,
    ],
    [
      "dockerHost beside another docker:host",
      { "docker:host": host },
      "tcp://10.0.0.8:1",
      /dockerHost: /,
    ],
    [
      "dockerHost beside docker:context",
      { "docker:context": "far" },
      host,
      /dockerHost: .*a context/,
    ],
  ];
  for (const [name, config, dockerHost, text] of refused) {
    it(`refuses ${name} before anything is made`, async () => {
      pulumi.runtime.setAllConfig(config);
      const args = { ...fetched, ...(dockerHost && { dockerHost }) };
      await recordGraph(() => {
        expect(() => new ClerkHasura("api", production(args))).to.throw(pulumi.RunError, text);
      });
    });
  }

  it("is refused by the program together with everything else that is wrong", () => {
    pulumi.runtime.setAllConfig({ "docker:sshOpts": "[]", "shop:hasura": '{"port":0}' });
    expect(stackConfig).to.throw(pulumi.RunError, /hasura\.port: [\s\S]*docker:sshOpts: /);
  });

  it("has to be named beside a provider that tells no host", async () => {
    class Reference extends pulumi.ProviderResource {
      constructor() {
        super("docker", "far", {});
      }
    }
    await recordGraph(() => {
      const opts = { providers: { docker: new Reference() } };
      expect(() => new ClerkHasura("api", production(fetched), opts)).to.throw(
        pulumi.RunError,
        /dockerHost: /,
      );
    });
  });
});

const identity = { frontendApi: "clerk.example.com" };

describe("hasura.env", () => {
  it("holds a switch that undoes CORS in development, also where it is known only later", async () => {
    const name = "HASURA_GRAPHQL_DISABLE_CORS";
    for (const value of ["true", pulumi.output("true")]) {
      const args = { preset: Preset.Development, identity, hasura: { env: { [name]: value } } };
      const graph = await recordGraph(() => new ClerkHasura("api", args));
      const { uploads } = resource(graph, "api-hasura-container").inputs;
      expect(JSON.stringify(uploads)).to.contain(`${name}='true'`);
    }
  });
});
