import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ClaimsSource,
  ClerkHasura,
  type HasuraArgs,
  type IdentityArgs,
  JwksMode,
} from "../../infra";
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

async function make(identity: IdentityArgs, preview = false, probe = false): Promise<Made> {
  let backend: ClerkHasura | undefined;
  const graph = await recordGraph(() => {
    backend = new ClerkHasura("api", production({ identity, probe }));
  }, preview);
  if (backend === undefined) throw new Error("nothing was made");
  return { backend, graph };
}

async function secretOf({ backend }: Made): Promise<Record<string, unknown>> {
  return JSON.parse(await resolvedValue(backend.jwtSecret));
}

const PINNED = { frontendApi: HOST, jwks: JwksMode.Pinned };

describe("a pinned key set", () => {
  it("hands the engine its key instead of its address, and keeps the issuer", async () => {
    const made = await make(PINNED);
    const secret = await secretOf(made);
    expect(secret).to.have.property("type", "RS256");
    expect(secret).to.not.have.property("jwk_url");
    expect(secret.key).to.be.a("string").that.contains("BEGIN PUBLIC KEY");
    expect(secret.issuer).to.equal(`https://${HOST}`);
    expect(await resolvedValue(made.backend.jwksUrl)).to.equal(JWKS);
  });

  it("is fetched by the update", async () => {
    const { graph } = await make({ ...PINNED, pinnedKeyId: "ins_1" });
    const { inputs } = resource(graph, "api-jwks");
    expect(inputs).to.deep.include({ jwksUrl: JWKS, keyId: "ins_1", fetch: true });
  });

  it("is not fetched by a preview", async () => {
    const { graph } = await make(PINNED, true);
    expect(resource(graph, "api-jwks").inputs).to.deep.include({ jwksUrl: JWKS, fetch: false });
  });

  for (const jwks of Object.values(JwksMode)) {
    it(`keeps the query of its address secret when ${jwks}`, async () => {
      const jwksUrl = "https://issuer.example.com/jwks?key=hunter2";
      const { backend, graph } = await make({ jwksUrl, jwks }, false, true);
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
    const { backend } = await make(PINNED);
    expect(await pulumi.isSecret(backend.jwksUrl)).to.equal(false);
  });

  it("is no resource unless asked for", async () => {
    const { graph } = await make({ frontendApi: HOST });
    expect(graph.filter(({ type }) => type.includes("dynamic"))).to.deep.equal([]);
  });
});

describe("session tokens", () => {
  it("are read by a claims map with the roles in it", async () => {
    const secret = await secretOf(
      await make({ frontendApi: HOST, claims: ClaimsSource.SessionToken, defaultRole: "member" }),
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
    const { graph } = await make({ frontendApi: HOST }, false, true);
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
