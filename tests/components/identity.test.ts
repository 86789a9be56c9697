import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ClaimsSource,
  ClerkHasura,
  type ClerkHasuraArgs,
  type HasuraArgs,
  type IdentityArgs,
  JwksMode,
  Preset,
  SigningAlgorithm,
} from "../../infra";
import { DEVELOPMENT_ISSUER } from "../../infra/settings/identity";
import {
  isSecretInput,
  production,
  type Registration,
  recordGraph,
  resolvedValue,
  resource,
} from "../support/recordGraph";

const HOST = "clerk.example.com";
const JWKS = `https://${HOST}/.well-known/jwks.json`;

interface Made {
  backend: ClerkHasura;
  graph: Registration[];
}

async function make(args: ClerkHasuraArgs, preview = false): Promise<Made> {
  const made: ClerkHasura[] = [];
  const graph = await recordGraph(() => made.push(new ClerkHasura("api", args)), preview);
  const [backend] = made;
  if (backend === undefined) throw new Error("nothing was made");
  return { backend, graph };
}

const makeOf = (identity: IdentityArgs, preview = false, probe = false) =>
  make(production({ identity, probe }), preview);

const secretOf = async (backend: ClerkHasura) => JSON.parse(await resolvedValue(backend.jwtSecret));

const PINNED = { frontendApi: HOST, jwks: JwksMode.Pinned };

describe("a pinned key set", () => {
  it("hands the engine its key instead of its address, and keeps the issuer", async () => {
    const made = await makeOf(PINNED);
    const secret = await secretOf(made.backend);
    expect(secret).to.have.property("type", "RS256");
    expect(secret).to.not.have.property("jwk_url");
    expect(secret.key).to.be.a("string").that.contains("BEGIN PUBLIC KEY");
    expect(secret.issuer).to.equal(`https://${HOST}`);
    expect(await resolvedValue(made.backend.jwksUrl)).to.equal(JWKS);
  });

  it("is fetched by the update", async () => {
    const { graph } = await makeOf({ ...PINNED, pinnedKeyId: "ins_1" });
    const { inputs } = resource(graph, "api-jwks");
    expect(inputs).to.deep.include({ jwksUrl: JWKS, keyId: "ins_1", fetch: true });
  });

  it("is not fetched by a preview", async () => {
    const { graph } = await makeOf(PINNED, true);
    expect(resource(graph, "api-jwks").inputs).to.deep.include({ jwksUrl: JWKS, fetch: false });
  });

  for (const jwks of Object.values(JwksMode)) {
    it(`keeps the query of its address secret when ${jwks}`, async () => {
      const jwksUrl = "https://issuer.example.com/jwks?key=hunter2";
      const { backend, graph } = await makeOf({ jwksUrl, jwks }, false, true);
      expect(await resolvedValue(backend.jwksUrl)).to.equal(jwksUrl);
      expect(await pulumi.isSecret(backend.jwksUrl)).to.equal(true);
      const inputs = graph
        .filter(({ name }) => /-(?:jwks|probe)$/.test(name))
        .map((it) => it.inputs);
      expect(inputs).to.have.length(jwks === JwksMode.Pinned ? 2 : 1);
      for (const it of inputs) {
        expect(it.jwksUrl).to.satisfy(isSecretInput);
        expect(JSON.stringify({ ...it, jwksUrl: "", jwtSecret: "" })).not.to.contain("hunter2");
      }
      const shape = await resolvedValue(backend.tokenShape);
      expect(shape).not.to.contain("hunter2");
    });
  }

  it("leaves an address without a query public", async () => {
    const { backend } = await makeOf(PINNED);
    expect(await pulumi.isSecret(backend.jwksUrl)).to.equal(false);
  });

  it("is no resource unless asked for", async () => {
    const { graph } = await makeOf({ frontendApi: HOST });
    expect(graph.filter(({ type }) => type.includes("dynamic"))).to.deep.equal([]);
  });
});

describe("session tokens", () => {
  it("are read by a claims map with the roles in it", async () => {
    const secret = await secretOf(
      (
        await makeOf({
          frontendApi: HOST,
          claims: ClaimsSource.SessionToken,
          defaultRole: "member",
        })
      ).backend,
    );
    expect(secret).to.not.have.any.keys("claims_namespace", "claims_namespace_path");
    expect(secret.claims_map).to.deep.include({
      "x-hasura-default-role": "member",
      "x-hasura-allowed-roles": ["member"],
      "x-hasura-user-id": { path: "$.sub" },
      "x-hasura-org-id": { path: "$.o.id", default: "" },
    });
  });
});

describe("the probe", () => {
  it("runs after the engine is ready, with its secrets marked", async () => {
    const { graph } = await makeOf({ frontendApi: HOST }, false, true);
    const { inputs, dependsOn } = resource(graph, "api-probe");
    expect(dependsOn.some((urn) => urn.endsWith("::api-hasura-ready"))).to.equal(true);
    const { adminSecret, jwtSecret, ...open } = inputs;
    for (const value of [adminSecret, jwtSecret]) {
      expect(JSON.stringify(value)).to.contain("4dabf18193072939515e22adb298388d");
    }
    expect(JSON.stringify(open)).to.not.contain("generated-");
    expect(open).to.deep.include({
      endpoint: "http://127.0.0.1:8080/v1/graphql",
      issuer: `https://${HOST}`,
      jwksUrl: JWKS,
      triggers: ["api-hasura-container-id"],
    });
  });

  it("is no resource of a suspended stack", async () => {
    const graph = await recordGraph(
      () =>
        new ClerkHasura(
          "api",
          production({
            identity: { frontendApi: pulumi.output(HOST) },
            probe: true,
            suspended: true,
          }),
        ),
    );
    expect(graph.filter(({ name }) => name === "api-probe")).to.deep.equal([]);
  });
});

describe("settings that are one Output as a whole", () => {
  it("are refused before anything is registered", async () => {
    const hasura = pulumi.secret({ port: 8080 }) as unknown as HasuraArgs;
    let message = "";
    const graph = await recordGraph(() => {
      try {
        new ClerkHasura("api", { identity: { frontendApi: HOST }, hasura });
      } catch (error) {
        message = error instanceof Error ? error.message : String(error);
      }
    });
    expect(graph).to.deep.equal([]);
    expect(message).to.match(/\(1 problem\):\n {2}- hasura: is a single Output/);
  });
});

const PK = `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`;
const SECRET_KEY = "sk_live_canaryCanaryCanary1";

describe("a development stack that names no issuer", () => {
  it("makes a key of its own, whose tokens name an issuer of nobody's", async () => {
    const { backend: stack, graph } = await make({ preset: Preset.Development });
    expect(resource(graph, "api-signing-key").parent).to.match(/ClerkHasura::api$/);
    const secret = await secretOf(stack);
    expect(secret).to.include({ type: "HS256", issuer: DEVELOPMENT_ISSUER });
    expect(secret.key).to.match(/^generated-api-signing-key/);
    expect(await resolvedValue(stack.templateName)).to.equal("");
  });
});

describe("a stack with a template", () => {
  const identity = { publishableKey: PK, allowedRoles: ["user", "editor"], defaultRole: "user" };

  it("makes one in Clerk that agrees with its identity, and tells its name", async () => {
    const template = { secretKey: pulumi.secret(SECRET_KEY), lifetimeSeconds: 120 };
    const { backend: stack, graph } = await make(production({ identity, template }));
    const { inputs, parent } = resource(graph, "api-template-template");
    expect(parent).to.match(/ClerkJwtTemplate::api-template$/);
    expect(inputs).to.include({ name: "hasura", lifetimeSeconds: 120, allowedSkewSeconds: 5 });
    expect(inputs.claims).to.have.nested.property(
      "https://hasura\\.io/jwt/claims.x-hasura-allowed-roles[1]",
      "editor",
    );
    expect(isSecretInput(inputs.secretKey)).to.equal(true);
    expect(await resolvedValue(stack.templateName)).to.equal("hasura");
    const secret = await secretOf(stack);
    expect(secret).to.have.property("claims_namespace");
    expect(secret).to.include({ jwk_url: `https://${HOST}/.well-known/jwks.json` });
  });

  it("gives one key to both sides, and the engine's once Clerk has taken the other", async () => {
    const signingKey = { algorithm: SigningAlgorithm.ES256, rotation: "1" };
    const template = { secretKey: SECRET_KEY, signingKey };
    const { backend: stack, graph } = await make(production({ identity, template }));
    expect(resource(graph, "api-template-key-pair").inputs).to.include({ rotation: "1" });
    const { inputs } = resource(graph, "api-template-template");
    expect(inputs).to.include({ signingAlgorithm: "ES256" });
    expect(isSecretInput(inputs.signingKey)).to.equal(true);
    const secret = await secretOf(stack);
    expect(secret).to.include({ type: "ES256", issuer: `https://${HOST}` });
    expect(secret.key).to.contain("BEGIN PUBLIC KEY");
    expect(resource(graph, "api-hasura-container").dependsOn.join()).to.contain(
      "::api-template-template",
    );
  });
});

describe("what the production preset refuses", () => {
  it("is refused before anything is made, unless it is allowed by name", async () => {
    const args = production({ identity: { frontendApi: HOST }, hasura: { console: true } });
    expect(() => new ClerkHasura("api", args)).to.throw(pulumi.RunError, /- hasura\.console: /);
    const { graph } = await make({ ...args, allowInProduction: ["hasura.console"] });
    expect(resource(graph, "api-hasura-container").inputs.envs).to.include(
      "HASURA_GRAPHQL_ENABLE_CONSOLE=true",
    );
  });
});
