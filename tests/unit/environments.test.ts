import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ClerkHasuraArgs } from "../../infra";
import { stackConfig } from "../../infra/program/config";
import { CONFIG_KEYS } from "../../infra/program/configKeys";
import { resolvedValue } from "../support/recordGraph";
import { fieldsOf, readYaml } from "./ci/yaml";

const FOLDER = join(__dirname, "../../examples/environments");
const PROJECT = "clerk-hasura";
const exampleOf = (file: string) => readYaml(readFileSync(join(FOLDER, file), "utf8"));
const keyOf = (kind: string, host = "clerk.example.com") =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`;
const DEVELOPMENT_HOST = "happy-cat-12.clerk.accounts.dev";

/** Configuration as the engine hands it to a program: every value a text, structured ones as JSON. */
function configOf(file: string): Record<string, string> {
  const entries = Object.entries(fieldsOf(exampleOf(file).config));
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

async function read(stack: string, config: Record<string, string>): Promise<ClerkHasuraArgs> {
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, PROJECT, stack);
  pulumi.runtime.setAllConfig(config);
  try {
    return stackConfig();
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

/** What the program says about an example with some settings changed; undefined takes one away. */
async function refusal(changes: Record<string, string | undefined>): Promise<string> {
  const config = configOf("Pulumi.production.yaml");
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined) delete config[`${PROJECT}:${key}`];
    else config[`${PROJECT}:${key}`] = value;
  }
  const outcome = await read("production", config).catch((error: unknown) => error);
  if (outcome instanceof Error) return outcome.message;
  throw new Error("it was accepted");
}

const FORBIDDEN: [string, Record<string, string | undefined>, RegExp][] = [
  ["a development instance's key", { publishableKey: keyOf("test") }, /publishableKey: .*pk_test_/],
  [
    "a development instance's secret key",
    { clerkSecretKey: "sk_test_canary" },
    /template\.secretKey: .*sk_test_/,
  ],
  [
    "a live key of a development instance's host",
    { publishableKey: keyOf("live", DEVELOPMENT_HOST) },
    /identity\.publishableKey: holds the host of a development instance/,
  ],
  [
    "a development instance's Frontend API",
    { publishableKey: undefined, frontendApi: DEVELOPMENT_HOST },
    /identity\.frontendApi: is at a development instance/,
  ],
  [
    "a development instance's key set and issuer",
    {
      publishableKey: undefined,
      jwksUrl: `https://${DEVELOPMENT_HOST}/.well-known/jwks.json`,
      issuer: `https://${DEVELOPMENT_HOST}`,
    },
    /identity\.jwksUrl: is at a development [\s\S]*identity\.issuer: is at a development/,
  ],
  ["every origin of a top-level domain", { corsDomains: "https://*.com" }, /corsDomains: holds a/],
  ["a generated signing key", { publishableKey: undefined }, /identity: .*sign its own tokens/],
  ["origins that nobody listed", { corsDomains: undefined }, /hasura\.corsDomains: is not set/],
  ["every origin", { corsDomains: "*" }, /hasura\.corsDomains: "\*" lets every website/],
  ["the console", { console: "true" }, /hasura\.console: is on/],
  ["dev mode", { devMode: "true" }, /hasura\.devMode: is on/],
  ["APIs of the inside", { enabledApis: "graphql,pgdump" }, /hasura\.enabledApis: holds/],
  ["unprotected data", { protectData: "false" }, /postgres\.protectData: is off/],
  ["keys without TLS", { allowHttpJwks: "true" }, /identity\.allowHttpJwks: lets anybody/],
  ["the role admin without a token", { unauthorizedRole: "admin" }, /identity\.unauthorizedRole/],
  ["a setting that there is not", { internalErrors: "true" }, /internalErrors: is not known/],
];

describe("examples of environments", () => {
  for (const stack of ["staging", "production"]) {
    it(`${stack} is accepted, protects its data and reads Clerk's tokens`, async () => {
      const file = `Pulumi.${stack}.yaml`;
      const { preset, identity, postgres } = await read(stack, configOf(file));
      expect(preset).to.equal("production");
      expect(postgres).to.deep.include({ protectData: true });
      expect(identity?.claims).to.equal("session-token");
    });

    it(`${stack} holds no secret and names a secrets provider`, () => {
      const secret = CONFIG_KEYS.filter((it) => it.secret).map(({ key }) => `${PROJECT}:${key}`);
      const file = `Pulumi.${stack}.yaml`;
      expect(Object.keys(configOf(file))).to.not.have.members(secret);
      expect(secret.filter((key) => key in configOf(file))).to.deep.equal([]);
      expect(exampleOf(file).secretsprovider).to.match(/^awskms:\/\//);
    });
  }

  for (const [what, changes, reason] of FORBIDDEN) {
    for (const preset of ["production", undefined]) {
      it(`production refuses ${what}${preset ? "" : ", without a preset too"}`, async () => {
        expect(await refusal({ ...changes, preset }))
          .to.match(reason)
          .and.not.include("canary");
      });
    }
  }

  it("let in the same tokens and serve the same APIs in staging and production", async () => {
    const read = (file: string) => {
      const config = configOf(file);
      return ["preset", "claims", "enabledApis"].map((key) => config[`${PROJECT}:${key}`]);
    };
    const production = read("Pulumi.production.yaml");
    expect(production).to.not.include(undefined);
    expect(read("Pulumi.staging.yaml")).to.deep.equal(production);
  });

  it("are refused with a secret key in one of them alone, which would change its tokens", async () => {
    expect(await refusal({ clerkSecretKey: "sk_live_canary" }))
      .to.match(/identity\.claims: reads session tokens, while clerkSecretKey/)
      .and.not.include("canary");
  });

  it("name Pulumi ESC, which only Pulumi Cloud takes, in a comment", () => {
    const text = readFileSync(join(FOLDER, "Pulumi.production.yaml"), "utf8");
    expect(readYaml(text)).to.not.have.property("environment");
    const shown = text.replace(/^# (environment:| {2}- )/gm, "$1");
    expect(readYaml(shown).environment).to.deep.equal(["clerk-hasura/production"]);
  });

  it("are read together with the environment of Pulumi ESC and a template's claims", async () => {
    const { values } = exampleOf("esc.yaml");
    const { pulumiConfig, ...others } = fieldsOf(values);
    const given = fieldsOf(pulumiConfig);
    const known = CONFIG_KEYS.filter((it) => it.secret).map(({ key }) => `${PROJECT}:${key}`);
    expect(known).to.include.members(Object.keys(given));
    const resolved = JSON.stringify(given).replace(/\$\{([\w.]+)\}/g, (_, path: string) => {
      const parts = path.split(".");
      const value = parts.reduce<unknown>((at, part) => fieldsOf(at)[part], others);
      return String(fieldsOf(value)["fn::secret"]);
    });
    const texts = Object.entries(fieldsOf(JSON.parse(resolved))).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    const own = { ...configOf("Pulumi.production.yaml"), [`${PROJECT}:claims`]: "template" };
    const config = { ...Object.fromEntries(texts), ...own };
    const { template } = await read("production", config);
    const secretKey = pulumi.unsecret(pulumi.output(template?.secretKey));
    expect(await resolvedValue(secretKey)).to.match(/^sk_live_/);
  });
});
