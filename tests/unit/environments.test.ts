import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import type { ClerkHasuraArgs } from "../../infra";
import { SETTING_PATHS, SettingKind } from "../../infra/program/settingKinds";
import { stackConfig } from "../../infra/program/stackConfig";
import { resolvedValue } from "../support/recordGraph";
import { configOf } from "../support/stackSettings";
import { fieldsOf, readYaml } from "./ci/yaml";

const FOLDER = join(__dirname, "../../examples/environments");
const PROJECT = "clerk-hasura";
const exampleOf = (file: string) => readYaml(readFileSync(join(FOLDER, file), "utf8"));
const keyOf = (kind: string, host = "clerk.example.com") =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`;
const DEVELOPMENT_HOST = "happy-cat-12.clerk.accounts.dev";

/** Settings of a part of a file by path, however deep. */
function settingsIn(value: unknown, prefix = ""): Record<string, unknown> {
  const pairs = Object.entries(fieldsOf(value)).flatMap(([key, inner]) => {
    const path = prefix + key.replace(`${PROJECT}:`, "");
    const whole = SETTING_PATHS.has(path) || Object.keys(fieldsOf(inner)).length === 0;
    return whole ? [[path, inner] as const] : Object.entries(settingsIn(inner, `${path}.`));
  });
  return Object.fromEntries(pairs);
}

const settingsOf = (file: string) => settingsIn(exampleOf(file).config);

async function read(stack: string, settings: Record<string, unknown>): Promise<ClerkHasuraArgs> {
  const mocks = { call: () => ({}), newResource: () => ({ id: "", state: {} }) };
  await pulumi.runtime.setMocks(mocks, PROJECT, stack);
  const named = Object.entries(configOf(settings)).map(([key, it]) => [`${PROJECT}:${key}`, it]);
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
  try {
    return stackConfig();
  } finally {
    pulumi.runtime.setAllConfig({});
  }
}

/** What the program says about an example with some settings changed; undefined takes one away. */
async function refusal(changes: Record<string, unknown>): Promise<string> {
  const changed = Object.entries({ ...settingsOf("Pulumi.production.yaml"), ...changes });
  const settings = Object.fromEntries(changed.filter(([, value]) => value !== undefined));
  const outcome = await read("production", settings).catch((error: unknown) => error);
  if (outcome instanceof Error) return outcome.message;
  throw new Error("it was accepted");
}

const FORBIDDEN: [string, Record<string, unknown>, RegExp][] = [
  [
    "a development instance's key",
    { "identity.publishableKey": keyOf("test") },
    /publishableKey: .*pk_test_/,
  ],
  [
    "a development instance's secret key",
    { "template.secretKey": "sk_test_canary" },
    /template\.secretKey: .*sk_test_/,
  ],
  [
    "a live key of a development instance's host",
    { "identity.publishableKey": keyOf("live", DEVELOPMENT_HOST) },
    /identity\.publishableKey: holds the host of a development instance/,
  ],
  [
    "a development instance's Frontend API",
    { "identity.publishableKey": undefined, "identity.frontendApi": DEVELOPMENT_HOST },
    /identity\.frontendApi: points to a development instance/,
  ],
  [
    "a development instance's key set and issuer",
    {
      "identity.publishableKey": undefined,
      "identity.jwksUrl": `https://${DEVELOPMENT_HOST}/.well-known/jwks.json`,
      "identity.issuer": `https://${DEVELOPMENT_HOST}`,
    },
    /identity\.jwksUrl: points to a development [\s\S]*identity\.issuer: points to a development/,
  ],
  [
    "every origin of a top-level domain",
    { "hasura.corsDomains": ["https://*.com"] },
    /corsDomains: has a wildcard/,
  ],
  [
    "a generated signing key",
    { "identity.publishableKey": undefined },
    /identity: .*sign its own tokens/,
  ],
  [
    "origins that nobody listed",
    { "hasura.corsDomains": undefined },
    /hasura\.corsDomains: is not set/,
  ],
  ["every origin", { "hasura.corsDomains": ["*"] }, /hasura\.corsDomains: "\*" lets every website/],
  ["the console", { "hasura.console": true }, /hasura\.console: is on/],
  ["dev mode", { "hasura.devMode": true }, /hasura\.devMode: is on/],
  [
    "APIs of the inside",
    { "hasura.enabledApis": ["graphql", "pgdump"] },
    /hasura\.enabledApis: holds/,
  ],
  ["unprotected data", { "postgres.protectData": false }, /postgres\.protectData: is off/],
  ["keys without TLS", { "identity.allowHttpJwks": true }, /identity\.allowHttpJwks: lets anybody/],
  [
    "the role admin without a token",
    { "identity.unauthorizedRole": "admin" },
    /identity\.unauthorizedRole/,
  ],
  ["a setting that there is not", { internalErrors: "true" }, /internalErrors: is not a setting/],
];

const isSecret = (path: string) => {
  const kind = SETTING_PATHS.get(path);
  return kind === SettingKind.Secret || kind === SettingKind.SecretRecord;
};

describe("examples of environments", () => {
  for (const stack of ["staging", "production"]) {
    it(`${stack} is accepted, protects its data and reads Clerk's tokens`, async () => {
      const file = `Pulumi.${stack}.yaml`;
      const { preset, identity, postgres } = await read(stack, settingsOf(file));
      expect(preset).to.equal("production");
      expect(postgres).to.deep.include({ protectData: true });
      expect(identity?.claims).to.equal("session-token");
    });

    it(`${stack} holds no secret and names a secrets provider`, () => {
      const file = `Pulumi.${stack}.yaml`;
      expect(Object.keys(settingsOf(file)).filter(isSecret)).to.deep.equal([]);
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
      const settings = settingsOf(file);
      return ["preset", "identity.claims", "hasura.enabledApis"].map((path) => settings[path]);
    };
    const production = read("Pulumi.production.yaml");
    expect(production).to.not.include(undefined);
    expect(read("Pulumi.staging.yaml")).to.deep.equal(production);
  });

  it("are refused with a secret key in one of them alone, which would change its tokens", async () => {
    expect(await refusal({ "template.secretKey": "sk_live_canary" }))
      .to.match(/identity\.claims: reads session tokens, while template.secretKey/)
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
    const given = settingsIn(pulumiConfig);
    expect(Object.keys(given).filter((path) => !isSecret(path))).to.deep.equal([]);
    const resolved = JSON.stringify(given).replace(/\$\{([\w.]+)\}/g, (_, path: string) => {
      const parts = path.split(".");
      const value = parts.reduce<unknown>((at, part) => fieldsOf(at)[part], others);
      return String(fieldsOf(value)["fn::secret"]);
    });
    const own = { ...settingsOf("Pulumi.production.yaml"), "identity.claims": "template" };
    const { template } = await read("production", { ...fieldsOf(JSON.parse(resolved)), ...own });
    const secretKey = pulumi.unsecret(pulumi.output(template?.secretKey));
    expect(await resolvedValue(secretKey)).to.match(/^sk_live_/);
  });
});
