import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { HasuraCloud, type HasuraCloudArgs } from "../../infra";
import {
  isSecretInput,
  type Registration,
  recordGraph,
  resolvedValue,
  resource,
} from "../support/recordGraph";

const identity = { frontendApi: "clerk.example.com", unauthorizedRole: "guest" };
const project = {
  projectId: "7a79cf94-0e53-4520-a560-1b02bf522f08",
  token: "canaryToken".repeat(5),
};

interface Made {
  cloud: HasuraCloud;
  graph: Registration[];
}

async function make(args: HasuraCloudArgs): Promise<Made> {
  let cloud: HasuraCloud | undefined;
  const graph = await recordGraph(() => {
    cloud = new HasuraCloud("cloud", args);
  });
  if (cloud === undefined) throw new Error("nothing was made");
  return { cloud, graph };
}

/** What the project's variables are set to; they are secret as a whole. */
function variablesOf(graph: readonly Registration[]): Record<string, string> {
  const { env } = resource(graph, "cloud-variables").inputs;
  expect(isSecretInput(env)).to.equal(true);
  return (env as { value: Record<string, string> }).value;
}

describe("HasuraCloud", () => {
  it("only answers the values where no project is given", async () => {
    const { cloud, graph } = await make({ identity });
    expect(graph.map(({ type }) => type)).to.deep.equal(["clerk-hasura:index:HasuraCloud"]);
    expect(await pulumi.isSecret(cloud.jwtSecret)).to.equal(true);
    expect(JSON.parse(await resolvedValue(cloud.jwtSecret))).to.deep.include({
      jwk_url: "https://clerk.example.com/.well-known/jwks.json",
      issuer: "https://clerk.example.com",
    });
    expect(await resolvedValue(cloud.issuer)).to.equal("https://clerk.example.com");
  });

  it("sets the JWT secret, the unauthorized role and what was asked for, no more", async () => {
    const adminSecret = "a".repeat(40);
    const { cloud, graph } = await make({
      identity,
      project: { ...project, adminSecret, env: { PAYMENT_URL: "https://pay.example.com" } },
    });
    expect(variablesOf(graph)).to.deep.equal({
      HASURA_GRAPHQL_ADMIN_SECRET: adminSecret,
      HASURA_GRAPHQL_JWT_SECRET: await resolvedValue(cloud.jwtSecret),
      HASURA_GRAPHQL_UNAUTHORIZED_ROLE: "guest",
      PAYMENT_URL: "https://pay.example.com",
    });
  });

  it("leaves the project's admin secret alone unless one is given", async () => {
    const { graph } = await make({ identity: { frontendApi: "clerk.example.com" }, project });
    expect(Object.keys(variablesOf(graph))).to.deep.equal(["HASURA_GRAPHQL_JWT_SECRET"]);
  });

  it("marks the token and shows the rest in a diff", async () => {
    const { graph } = await make({ identity, project });
    const { inputs } = resource(graph, "cloud-variables");
    expect(isSecretInput(inputs.token)).to.equal(true);
    expect(inputs).to.include({ projectId: project.projectId, overwrite: false });
    expect(isSecretInput(resource(graph, "cloud").inputs)).to.equal(false);
  });

  it("answers DDN's document for the same tokens", async () => {
    const { cloud } = await make({ identity: { frontendApi: "clerk.example.com" } });
    const document = JSON.parse(await resolvedValue(cloud.ddnAuthConfig));
    expect(document).to.include({ kind: "AuthConfig", version: "v3" });
    expect(document.definition.mode.jwt.key).to.deep.equal({
      jwkFromUrl: "https://clerk.example.com/.well-known/jwks.json",
    });
  });

  it("tells every problem of identity and project at once, and no token", async () => {
    const wrong = { projectId: "my-project", token: `pat ${project.token}` };
    const refused = await make({ identity: {}, project: wrong }).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused).to.match(/identity: names no key/);
    expect(refused).to.contain("project.projectId:").and.contain("project.token:");
    expect(refused).to.not.contain("canary");
  });

  it("refuses a token and a project id that come out empty-handed from the environment", async () => {
    const missing = { projectId: undefined, token: undefined } as unknown as typeof project;
    const refused = await make({ identity, project: missing }).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused)
      .to.match(/project\.projectId: is missing/)
      .and.match(/project\.token: is missing/);
  });

  for (const name of ["projectId", "token"] as const) {
    it(`refuses a ${name} that turns out to be missing in an Output`, async () => {
      const later = { ...project, [name]: pulumi.secret(undefined as unknown as string) };
      const { graph } = await make({ identity, project: later });
      expect(graph.map((it) => it.name)).to.deep.equal(["cloud"]);
    });
  }

  it("takes its variables back before a replacement sets them", async () => {
    const { graph } = await make({ identity, project });
    expect(resource(graph, "cloud-variables").deleteBeforeReplace).to.equal(true);
  });
});
