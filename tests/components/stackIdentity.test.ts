import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, Preset, SigningAlgorithm } from "../../infra";
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
const PK = `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`;
const SECRET_KEY = "sk_live_canaryCanaryCanary1";

async function make(args: ClerkHasuraArgs): Promise<{ it: ClerkHasura; graph: Registration[] }> {
  const made: ClerkHasura[] = [];
  const graph = await recordGraph(() => made.push(new ClerkHasura("api", args)));
  const [it] = made;
  if (it === undefined) throw new Error("nothing was made");
  return { it, graph };
}

const secretOf = async (it: ClerkHasura) => JSON.parse(await resolvedValue(it.jwtSecret));

describe("a development stack that names no issuer", () => {
  it("makes a key of its own, whose tokens name an issuer of nobody's", async () => {
    const { it: stack, graph } = await make({ preset: Preset.Development });
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
    const { it: stack, graph } = await make(production({ identity, template }));
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
    const { it: stack, graph } = await make(production({ identity, template }));
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
