import { generateKeyPairSync, randomBytes } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import {
  ClerkHasura,
  type ClerkHasuraArgs,
  ClerkJwtTemplate,
  ClerkSigningKey,
  HasuraCloud,
  type IdentityArgs,
  JwksMode,
  Preset,
  SigningAlgorithm,
} from "../../../infra";
import { settleHasura } from "../../../infra/hasura/checkHasura";
import { HasuraEngine } from "../../../infra/hasura/engine";
import { SETTING_PATHS, SettingKind } from "../../../infra/program/settingKinds";
import { stackConfig } from "../../../infra/program/stackConfig";
import { type Canary, canaryValue } from "../../e2e/support/canaries";
import { production } from "../recordGraph";
import { configOf } from "../stackSettings";
import { EXAMPLE_SCENARIOS } from "./exampleScenarios";
import { canariesOf, outputsOf } from "./recordSecrets";

/** A way to use the component, the secrets given to it, and what its user gets. */
export interface Scenario {
  title: string;
  given: Canary[];
  build(): Record<string, unknown>;
}

const HOST = "clerk.example.com";

const ADMIN = canaryValue("Admin");
const SHARED = canaryValue("Key");
const VARIABLE = `${canaryValue("Variable")}'"`;
const PASSWORD = `${canaryValue("Password")}'"@`;
const TOKEN = canaryValue("Token");
const SECRET_KEY = `sk_live_${randomBytes(24).toString("hex")}`;
const QUERY = `canaryQuery${randomBytes(24).toString("hex")}`;
const PEM = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();

const the = {
  admin: { what: "the admin secret", value: ADMIN },
  shared: { what: "the signing key", value: SHARED },
  variable: { what: "the variable", value: VARIABLE },
  password: { what: "the external password", value: PASSWORD },
  token: { what: "the Cloud token", value: TOKEN },
  secretKey: { what: "Clerk's secret key", value: SECRET_KEY },
  query: { what: "the query of the JWKS URL", value: QUERY },
};
const pem = canariesOf("the private key", PEM);

type Mark = (value: string) => pulumi.Input<string>;
const plain: Mark = (value) => value;
const marked: Mark = (value) => pulumi.secret(value);

function everyArgument(mark: Mark): ClerkHasuraArgs {
  const external = { host: "db.example.com", user: "owner", password: mark(PASSWORD) };
  return {
    identity: {
      frontendApi: HOST,
      unauthorizedRole: "guest",
      signingKey: { algorithm: SigningAlgorithm.HS256, key: mark(SHARED) },
    },
    hasura: { adminSecret: mark(ADMIN), env: { EXTRA: mark(VARIABLE) }, networks: ["other"] },
    postgres: { external, applicationDatabase: "shop" },
    probe: true,
  };
}

function stacks(): Scenario[] {
  const given = [the.admin, the.shared, the.variable, the.password];
  const source = { frontendApi: HOST };
  const withQuery = { jwksUrl: `https://${HOST}:1/a?key=${QUERY}` };
  const pinned = (identity: IdentityArgs): ClerkHasuraArgs => ({
    identity: { ...identity, jwks: JwksMode.Pinned },
    probe: true,
  });
  const rows: [title: string, given: Canary[], args: () => ClerkHasuraArgs][] = [
    ["is given every secret in plain", given, () => everyArgument(plain)],
    ["is given every secret as secret Outputs", given, () => everyArgument(marked)],
    ["generates what it can, with a pinned key set and the probe", [], () => pinned(source)],
    ["has a query in its JWKS URL, pinned, and the probe", [the.query], () => pinned(withQuery)],
    ["is suspended", [], () => ({ identity: source, suspended: true })],
  ];
  return rows.map(([title, canaries, args]) => ({
    title: `a stack that ${title}`,
    given: canaries,
    build: () => outputsOf(new ClerkHasura("api", production(args()))),
  }));
}

function templates(): Scenario[] {
  const rows: [string, Mark, SigningAlgorithm, string, Canary[]][] = [
    ["a shared key in plain", plain, SigningAlgorithm.HS256, SHARED, [the.shared]],
    ["a shared key as an Output", marked, SigningAlgorithm.HS256, SHARED, [the.shared]],
    ["a private key in plain", plain, SigningAlgorithm.ES256, PEM, pem],
  ];
  return rows.map(([how, mark, algorithm, key, canaries]) => ({
    title: `a template with ${how}`,
    given: [the.secretKey, ...canaries],
    build: () => {
      const signingKey = { algorithm, key: mark(key) };
      return outputsOf(new ClerkJwtTemplate("t", { secretKey: mark(SECRET_KEY), signingKey }));
    },
  }));
}

function keys(): Scenario[] {
  const rows: [string, SigningAlgorithm, string | undefined, Canary[]][] = [
    ["a generated shared key", SigningAlgorithm.HS512, undefined, []],
    ["a generated pair", SigningAlgorithm.ES256, undefined, []],
    ["a given shared key", SigningAlgorithm.HS256, SHARED, [the.shared]],
    ["a given private key", SigningAlgorithm.ES256, PEM, pem],
  ];
  return rows.map(([title, algorithm, privateKey, given]) => ({
    title,
    given,
    build: () => outputsOf(new ClerkSigningKey("key", { algorithm, privateKey })),
  }));
}

const CLOUD: Scenario = {
  title: "a project of Hasura Cloud",
  given: [the.token, the.admin, the.variable, the.shared],
  build: () => {
    const signingKey = { algorithm: SigningAlgorithm.HS256, key: SHARED };
    const projectId = "7a79cf94-0e53-4520-a560-1b02bf522f08";
    const env = { PAYMENT: VARIABLE };
    const project = { projectId, token: TOKEN, adminSecret: ADMIN, env, overwrite: true };
    const image = "hasura/graphql-engine:v2.50.10.cli-migrations-v3";
    const schema = { path: "hasura", endpoint: "https://shop.hasura.app", image };
    return outputsOf(new HasuraCloud("cloud", { identity: { signingKey }, project, schema }));
  },
};

/** The engine by itself: within a stack it is handed nothing that is not marked already. */
const ENGINE: Scenario = {
  title: "an engine that is handed every secret in plain",
  given: [the.admin, the.shared, the.variable, the.password],
  build: () => {
    const scope = { project: "shop", stack: "test", name: "api" };
    const secrets = {
      adminSecret: ADMIN,
      jwtSecret: JSON.stringify({ type: "HS256", key: SHARED }),
      metadataDatabaseUrl: "postgres://db/metadata",
      databaseUrl: `postgres://hasura:${PASSWORD}@db/app`,
      extra: { EXTRA: VARIABLE },
    };
    const args = {
      owner: { scope, instance: "0123456789abcdef" },
      settings: pulumi.output(settleHasura({}, Preset.Production)),
      unauthorizedRole: undefined,
      secrets,
      probeHeader: "Authorization: Bearer forged",
      network: new docker.Network("network", {}),
      probeAgain: [],
    };
    return outputsOf(new HasuraEngine("engine", args, {}));
  },
};

const PUBLIC_SETTINGS = {
  "postgres.external.host": "db.example.com",
  "postgres.external.user": "owner",
  probe: "true",
  "hasura.corsDomains": "[]",
};
const SECRET_SETTINGS = {
  "hasura.adminSecret": ADMIN,
  "hasura.env": JSON.stringify({ EXTRA: VARIABLE }),
  "postgres.external.password": PASSWORD,
};
const CLERK_SETTINGS = {
  "identity.publishableKey": `pk_live_${Buffer.from(`${HOST}$`).toString("base64")}`,
  "template.signingKey.algorithm": "HS256",
};
const CLERK_SECRETS = { "template.secretKey": SECRET_KEY, "template.signingKey.key": SHARED };
const KEY_SECRETS = { "identity.signingKey.key": SHARED };

function configure(open: Record<string, string>, secret: Record<string, string>): void {
  const all = { ...PUBLIC_SETTINGS, ...open, ...SECRET_SETTINGS, ...secret };
  const named = Object.entries(configOf(all)).map(([key, value]) => [`shop:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(named));
}

const SETTINGS: Scenario = {
  title: "the arguments that are read from a stack's settings",
  given: [the.admin, the.variable, the.password, the.shared],
  build: () => {
    configure(
      { "identity.signingKey.algorithm": "HS256", "identity.issuer": `https://${HOST}` },
      KEY_SECRETS,
    );
    const { identity, hasura, postgres } = stackConfig();
    return {
      "the signing key": identity?.signingKey?.key,
      "the admin secret": hasura?.adminSecret,
      "the variables": hasura?.env,
      "the password": postgres?.external?.password,
    };
  },
};

/** A setting that is not known as secret is written into the settings file as it is. */
const SETTINGS_FILE: Scenario = {
  title: "the settings file",
  given: [the.admin, the.variable, the.password, the.shared, the.secretKey],
  build: () => {
    const kinds: (SettingKind | undefined)[] = [SettingKind.Secret, SettingKind.SecretRecord];
    const all = Object.entries({ ...SECRET_SETTINGS, ...CLERK_SECRETS, ...KEY_SECRETS });
    const kept = (path: string, value: string) =>
      kinds.includes(SETTING_PATHS.get(path)) ? pulumi.secret(value) : value;
    return Object.fromEntries(all.map(([key, value]) => [`the setting ${key}`, kept(key, value)]));
  },
};

const PROGRAM: Scenario = {
  title: "the program with a template, a supplied key and an external database",
  given: [the.admin, the.variable, the.password, the.shared, the.secretKey],
  build: () => {
    configure(CLERK_SETTINGS, CLERK_SECRETS);
    // Its exports are made when it is loaded; that happens once a process.
    return { ...(require("../../../infra/program") as Record<string, unknown>) };
  },
};

/** Every way in which a secret comes into a graph. */
export const SCENARIOS: readonly Scenario[] = [
  ...stacks(),
  ...templates(),
  ...keys(),
  ENGINE,
  CLOUD,
  SETTINGS,
  SETTINGS_FILE,
  PROGRAM,
  ...EXAMPLE_SCENARIOS,
];
