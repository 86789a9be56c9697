import { expect } from "chai";
import {
  ClerkHasura,
  type ClerkHasuraArgs,
  ClerkJwtTemplate,
  Preset,
  SigningAlgorithm,
  SslMode,
} from "../../infra";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { type CheckedResource, PolicyLevel, UNKNOWN } from "../../policy/rules/policyRule";
import { judge, POLICY_RULES } from "../../policy/rules/policyRules";
import { Environment, type PolicySettings } from "../../policy/rules/policySettings";
import { isSecretInput, production, type Registration, recordGraph } from "../support/recordGraph";

const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const KEY = "k".repeat(40);
const identity = { signingKey: { algorithm: SigningAlgorithm.HS256, key: KEY } };
const settings = (environment: Environment): PolicySettings => ({
  environment,
  engineAddresses: [],
});

/** A registered input as the policy pack is handed it: secrets unwrapped, unknown values marked. */
function plain(value: unknown): unknown {
  if (value === UNKNOWN_TEXT) return UNKNOWN;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plain);
  if (isSecretInput(value)) return plain((value as { value: unknown }).value);
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, plain(it)]));
}

function checked({ type, name, inputs, protect }: Registration): CheckedResource {
  return { type, name, protect, props: plain(inputs) as Record<string, unknown> };
}

async function violations(
  build: () => unknown,
  environment: Environment,
  preview = false,
): Promise<string[]> {
  const graph = (await recordGraph(build, preview)).map(checked);
  return judge(graph, settings(environment))
    .map(({ rule, resource }) => `${rule.level} ${rule.name} ${resource ?? ""}`.trim())
    .sort();
}

const stack = (args: Partial<ClerkHasuraArgs> = {}) => {
  return () => new ClerkHasura("api", production({ identity, ...args }));
};
const mandatory = (found: string[]) => found.filter((it) => it.startsWith(PolicyLevel.Mandatory));
const BY_TAG = [
  "advisory image-by-digest api-hasura-image",
  "advisory image-by-digest api-postgres-image",
];
const DIGEST = `@sha256:${"a".repeat(64)}`;

describe("the component, judged by the policy rules", () => {
  it("keeps every rule with its defaults, and is told that its images are named by tag", async () => {
    expect(await violations(stack(), Environment.Production)).to.deep.equal(BY_TAG);
  });

  it("keeps every single rule with images by digest", async () => {
    const args = {
      preset: Preset.Production,
      hasura: { image: `hasura/graphql-engine:v2.50.10${DIGEST}` },
      postgres: { image: `postgres:17-bookworm${DIGEST}` },
    };
    expect(await violations(stack(args), Environment.Production)).to.deep.equal([]);
  });

  it("breaks exactly these with the development preset in production", async () => {
    const build = () => new ClerkHasura("api", { identity, preset: Preset.Development });
    const broken = ["apis-narrow", "console-off", "dev-mode-off", "internal-errors-off"]
      .concat("origins-listed")
      .map((it) => `mandatory engine-${it} api-hasura-container`);
    expect(mandatory(await violations(build, Environment.Production))).to.deep.equal(broken);
    expect(mandatory(await violations(build, Environment.Staging))).to.deep.equal(broken);
    expect(await violations(build, Environment.Development)).to.deep.equal([]);
  });

  it("keeps the rules in a preview, which says what it cannot see", async () => {
    const found = await violations(stack(), Environment.Production, true);
    expect(mandatory(found)).to.deep.equal([]);
    // The postgres container's password is not known either, but no rule reads that file.
    expect(found.filter((it) => it.includes("judged-at-the-update"))).to.deep.equal([
      "advisory judged-at-the-update api-hasura-container",
    ]);
  });
});

describe("the component's arguments, judged by the policy rules", () => {
  const ROWS: [string, Partial<ClerkHasuraArgs>, string[]][] = [
    [
      "a database beyond loopback, without TLS",
      { postgres: { bindAddress: "10.0.0.5" } },
      [
        "mandatory database-port-on-loopback api-postgres-container",
        "mandatory postgres-over-tls api-postgres-admin",
      ],
    ],
    [
      "an engine on every address",
      { hasura: { bindAddress: "0.0.0.0" } },
      ["mandatory engine-port-as-asked api-hasura-container"],
    ],
    [
      "data without protection",
      { postgres: { protectData: false }, allowInProduction: ["postgres.protectData"] },
      [
        "mandatory database-protected api-databases-application",
        "mandatory database-protected api-databases-metadata",
        "mandatory database-protected api-databases-owner",
        "mandatory database-protected api-databases-role",
        "mandatory volume-protected api-postgres-data",
      ],
    ],
    [
      "the console alone",
      { hasura: { console: true }, allowInProduction: ["hasura.console"] },
      ["mandatory engine-console-off api-hasura-container"],
    ],
    [
      "one API more",
      {
        hasura: { enabledApis: ["graphql", "config"] },
        allowInProduction: ["hasura.enabledApis"],
      },
      ["mandatory engine-apis-narrow api-hasura-container"],
    ],
    [
      "an external server without TLS",
      {
        postgres: {
          external: {
            host: "db.example.com",
            user: "owner",
            password: "hidden",
            sslMode: SslMode.Disable,
          },
        },
      },
      ["mandatory postgres-over-tls api-postgres-admin"],
    ],
    ["secret variables of its own", { hasura: { env: { STRIPE_SECRET_KEY: "hidden" } } }, []],
    ["another bound of memory", { hasura: { memoryMb: 512 }, postgres: { memoryMb: 512 } }, []],
    ["a longer grace", { hasura: { graceSeconds: 120 }, postgres: { graceSeconds: 120 } }, []],
    ["a suspended stack", { suspended: true }, []],
  ];
  for (const [title, args, expected] of ROWS) {
    it(`of ${title}: ${expected.length === 0 ? "nothing" : "its own rules"}`, async () => {
      const found = await violations(stack(args), Environment.Production);
      expect(mandatory(found)).to.deep.equal(expected);
    });
  }

  it("see a template's key and lifetime", async () => {
    const secretKey = ["sk", "test", "x1Y2z3"].join("_");
    const build = () => new ClerkJwtTemplate("template", { secretKey, lifetimeSeconds: 7200 });
    expect(await violations(build, Environment.Production)).to.deep.equal([
      "mandatory template-lifetime template-template",
      "mandatory template-live-key template-template",
    ]);
    expect(await violations(build, Environment.Staging)).to.deep.equal([]);
  });

  it("see two stacks that share nothing as two", async () => {
    const twice = () => {
      new ClerkHasura("one", production({ identity }));
      const ports = { hasura: { port: 8081 }, postgres: { port: 5433 } };
      new ClerkHasura("two", production({ identity, ...ports }));
    };
    expect(mandatory(await violations(twice, Environment.Production))).to.deep.equal([]);
  });
});

describe("the policy rules about resources", () => {
  it("name only types that a graph of the component's has", async () => {
    const secretKey = ["sk", "live", "x1Y2z3"].join("_");
    const graph = await recordGraph(() => {
      new ClerkHasura("api", production({ identity, probe: true }));
      new ClerkJwtTemplate("template", { secretKey });
    });
    const known = new Set(graph.map(({ type }) => type));
    const named = POLICY_RULES.flatMap((rule) => ("types" in rule ? rule.types : []));
    const others = [...new Set(named)].filter((type) => !known.has(type));
    // Made by HasuraCloud and of a schema's folder, whose graphs have tests of their own.
    expect(others).to.deep.equal([ResourceType.CloudEnvironment, ResourceType.HasuraSchema]);
  });
});
