import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkJwtTemplate, hasuraClaims, Preset, SigningAlgorithm } from "../../infra";
import { isSecretInput, recordGraph, resolvedValue, resource } from "../support/recordGraph";

const SECRET_KEY = "sk_test_canaryCanaryCanary1";
const SHARED = "s".repeat(64);

type Build = () => ClerkJwtTemplate;

function template(args: Record<string, unknown> = {}): Build {
  return () => new ClerkJwtTemplate("clerk", { secretKey: SECRET_KEY, ...args });
}

async function inputsOf(build: Build): Promise<Record<string, unknown>> {
  return resource(await recordGraph(build), "clerk-template").inputs;
}

/** What is said against a template, line by line; fails where nothing is. */
async function problemsOf(build: Build): Promise<string[]> {
  try {
    await recordGraph(build);
  } catch (error) {
    const [, ...lines] = String(error instanceof Error ? error.message : error).split("\n");
    return lines.map((line) => line.replace(/^ {2}- /, ""));
  }
  throw new Error("nothing was refused");
}

/** What ends a run whose inputs are refused once they are known, and what had been registered by then. */
async function endOf(build: Build): Promise<{ text: string; types: string[] }> {
  const told: unknown[] = [];
  // As Pulumi's own host hears of it.
  const listener = (reason: unknown) => told.push(reason);
  process.on("unhandledRejection", listener);
  try {
    const types = (await recordGraph(build)).map(({ type }) => type);
    return { text: told.map(String).join("\n"), types };
  } finally {
    process.off("unhandledRejection", listener);
  }
}

describe("ClerkJwtTemplate", () => {
  it("is one resource below the component, with every setting in it", async () => {
    const graph = await recordGraph(template());
    expect(graph.map(({ type }) => type)).to.deep.equal([
      "clerk-hasura:index:ClerkJwtTemplate",
      "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate",
    ]);
    const { inputs, parent } = resource(graph, "clerk-template");
    const { secretKey, __provider, ...open } = inputs;
    expect(parent).to.contain("clerk-hasura:index:ClerkJwtTemplate::clerk");
    expect(isSecretInput(secretKey)).to.equal(true);
    expect(__provider).to.be.a("string").that.contains("clerk-hasura/remoteProviders");
    expect(open).to.deep.equal({
      adopt: false,
      allowedSkewSeconds: 5,
      apiUrl: "https://api.clerk.com",
      claims: hasuraClaims({}),
      lifetimeSeconds: 60,
      name: "hasura",
    });
  });

  it("leaves its claims in the clear beside the secrets, so that a preview shows their diff", async () => {
    const secretKey = pulumi.secret(SECRET_KEY);
    const signingKey = { algorithm: SigningAlgorithm.HS256, key: pulumi.secret(SHARED) };
    const inputs = await inputsOf(template({ secretKey, signingKey, preset: Preset.Development }));
    for (const name of ["claims", "name", "lifetimeSeconds", "allowedSkewSeconds", "apiUrl"]) {
      expect(isSecretInput(inputs[name]), name).to.equal(false);
    }
    expect(isSecretInput(inputs.secretKey)).to.equal(true);
    expect(isSecretInput(inputs.signingKey)).to.equal(true);
    expect(inputs.signingAlgorithm).to.equal("HS256");
  });

  it("takes claims with an Output in them, and judges them once it is known", async () => {
    const given = hasuraClaims({ variables: { "x-hasura-tenant": "t1" } });
    const [[namespace, values] = ["", {}]] = Object.entries(given);
    const later = (tenant: unknown) => ({
      [namespace]: { ...(values as object), "x-hasura-tenant": pulumi.output(tenant) },
    });
    expect((await inputsOf(template({ claims: later("t1") }))).claims).to.deep.equal(given);
    let made: ClerkJwtTemplate | undefined;
    await recordGraph(() => {
      made = template({ claims: later("{{org.id}}") })();
    }).catch(() => undefined);
    if (made === undefined) throw new Error("no template was made");
    const refused = await resolvedValue(made.templateName).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused).to.contain("x-hasura-tenant").and.contain("org.id is missing");
  });

  it("refuses a secret key that came out of the environment empty-handed", async () => {
    const [problem] = await problemsOf(template({ secretKey: undefined }));
    expect(problem).to.match(/^secretKey: is missing/);
  });

  it("refuses an unknown preset, because the kind of the secret key would go unchecked", async () => {
    const [problem] = await problemsOf(template({ preset: "prod" }));
    expect(problem).to.match(/^preset: "prod" is unknown; allowed: development, production/);
  });

  it("is deleted before it is replaced, because its name is taken until then", async () => {
    const graph = await recordGraph(template());
    expect(resource(graph, "clerk-template").deleteBeforeReplace).to.equal(true);
  });

  it("marks a signing key and a secret key that were given in plain", async () => {
    const signingKey = { algorithm: SigningAlgorithm.HS256, key: SHARED };
    const inputs = await inputsOf(template({ signingKey }));
    expect(isSecretInput(inputs.secretKey)).to.equal(true);
    expect(isSecretInput(inputs.signingKey)).to.equal(true);
    expect(JSON.stringify({ ...inputs, secretKey: 0, signingKey: 0 })).to.not.contain(SHARED);
  });

  it("answers the name for getToken and Clerk's id", async () => {
    let made: ClerkJwtTemplate | undefined;
    await recordGraph(() => {
      made = template({ name: "api" })();
    });
    if (made === undefined) throw new Error("no template was made");
    expect(await resolvedValue(made.templateName)).to.equal("api");
    expect(await resolvedValue(made.templateId)).to.equal("clerk-template-id");
  });

  it("knows the id while a change of the template is previewed, so that nothing else seems to change", async () => {
    // As the engine answers the preview of an update: the id and the inputs, and of outputs nothing.
    const mocks = {
      call: () => ({}),
      newResource: ({ custom, inputs }: pulumi.runtime.MockResourceArgs) => ({
        id: custom ? "jtmp_1" : "",
        state: inputs,
      }),
    };
    await pulumi.runtime.setMocks(mocks, "shop", "test", true, "organization");
    expect(await resolvedValue(template({ lifetimeSeconds: 90 })().templateId)).to.equal("jtmp_1");
  });

  const halves: readonly [what: string, key: object, path: string][] = [
    ["a key without algorithm", { key: SHARED }, "algorithm"],
    ["an algorithm without key", { algorithm: SigningAlgorithm.HS256, key: undefined }, "key"],
    ["neither", { algorithm: undefined }, "algorithm"],
  ];
  for (const [what, signingKey, path] of halves) {
    it(`refuses a signing key that is ${what}, before anything is registered`, async () => {
      const [problem] = await problemsOf(template({ signingKey }));
      expect(problem).to.match(new RegExp(`^signingKey\\.${path}: is missing`));
    });

    it(`refuses Outputs that turn out to be ${what}`, async () => {
      const fields = { algorithm: undefined, key: undefined, ...signingKey };
      const later = Object.entries(fields).map(([name, value]) => [name, pulumi.output(value)]);
      const { text, types } = await endOf(template({ signingKey: Object.fromEntries(later) }));
      expect(text).to.contain(`signingKey.${path}: is missing`).and.not.contain(SHARED);
      expect(types).to.deep.equal(["clerk-hasura:index:ClerkJwtTemplate"]);
    });
  }

  it("tells every problem at once, before anything is registered, and no key", async () => {
    const problems = await problemsOf(
      template({
        secretKey: "sk_live_canaryCanaryCanary1",
        preset: Preset.Development,
        name: "with space",
        claims: { sub: "{{user.id}}" },
        lifetimeSeconds: 10,
        allowedSkewSeconds: 301,
        importId: "jtmp_1",
        adopt: true,
        apiUrl: "http://api.example.com",
      }),
    );
    const paths = problems.map((line) => line.split(":")[0]);
    expect(paths).to.include.members([
      "secretKey",
      "name",
      "lifetimeSeconds",
      "allowedSkewSeconds",
      "claims.sub",
      "importId",
      "apiUrl",
    ]);
    expect(problems.join("\n")).to.not.contain("canary");
  });

  it("refuses a secret key that only an Output tells, where it is used", async () => {
    const secretKey = pulumi.secret("sk_live_canaryCanaryCanary1");
    const build = template({ secretKey, preset: Preset.Development });
    let made: ClerkJwtTemplate | undefined;
    await recordGraph(() => {
      made = build();
    }).catch(() => undefined);
    if (made === undefined) throw new Error("no template was made");
    const refused = await resolvedValue(made.templateName).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(refused).to.contain("secretKey:").and.not.contain("canary");
  });
});
