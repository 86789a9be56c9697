import { ClerkInstance, parsePublishableKey } from "../../infra/clerk/publishableKey";
import { readSettings, settingProblems } from "../../infra/program/readSettings";
import { isObject } from "../../infra/validation/isObject";
import type { Parsed } from "../commandLine";

/** The values of a new stack, as typed. */
export interface Answers {
  name?: string | undefined;
  preset?: string | undefined;
  publishableKey?: string | undefined;
  corsDomains?: string | undefined;
  /** File with Clerk's secret key: everybody can see a key on the command line. */
  clerkSecretKeyFile?: string | undefined;
  backend?: string | undefined;
  secretsProvider?: string | undefined;
  port?: string | undefined;
  postgresPort?: string | undefined;
  /** Folder of the schema. */
  schema?: string | undefined;
}

/** Reads the values from the flags. */
export const answersOf = ({ word, values }: Parsed): Answers => ({
  name: word,
  preset: values.preset,
  publishableKey: values["publishable-key"],
  corsDomains: values["cors-domains"],
  clerkSecretKeyFile: values["clerk-secret-key-file"],
  backend: values.backend,
  secretsProvider: values["secrets-provider"],
  port: values.port,
  postgresPort: values["postgres-port"],
  schema: values.schema,
});

/** Where the stack is created. */
export interface Place {
  env: NodeJS.ProcessEnv;
  /** The checkout's own backend; undefined with a login. */
  ownBackend: string | undefined;
  /** Whether the checkout has this file. */
  exists: (file: string) => boolean;
}

const PRESETS = ["development", "staging", "production"];
const BACKENDS = /^(file|s3|gs|azblob|https):\/\/./;
const PROVIDERS = /^(default|passphrase|(awskms|azurekeyvault|gcpkms|hashivault):\/\/.+)$/;

export const presetOf = ({ name = "", preset }: Answers) => {
  if (preset !== undefined) return preset;
  const last = stackNameOf(name);
  return PRESETS.includes(last) ? last : "development";
};

/** The name without its organization; names the settings file. */
export const stackNameOf = (name: string) => name.split("/").at(-1) ?? name;

/** The backend of the new stack; undefined if a login decides. */
const backendOf = ({ backend }: Answers, { env, ownBackend }: Place) =>
  backend ?? (env.PULUMI_BACKEND_URL || ownBackend);

type Rule = (answers: Answers, place: Place) => string | undefined;

const nameProblem: Rule = (answers, place) => {
  const { name = "" } = answers;
  if (name === "") return "the stack has no name; allowed: new-stack NAME";
  const parts = name.split("/");
  if (parts.length > 3 || !parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(part))) {
    return 'the name is not a stack name; allowed: up to 100 letters, digits, "-", "_" and ".", and an organization and "/" before it; choose another';
  }
  const backend = backendOf(answers, place);
  if (parts.length > 1 && backend !== undefined && !backend.startsWith("https://")) {
    return "the name has an organization, which only Pulumi Cloud supports; leave it out, or give --backend https://api.pulumi.com";
  }
  const file = `Pulumi.${stackNameOf(name)}.yaml`;
  if (!place.exists(file)) return undefined;
  return `${file} exists already; choose another name, or remove the file if no stack needs it`;
};

/** Whether the name sounds like a shared stack, and no preset is given. */
export function leavesPresetOpen({ name = "", preset }: Answers) {
  const last = stackNameOf(name);
  return preset === undefined && !PRESETS.includes(last) && /prod|live|stag/i.test(last);
}

const presetProblem: Rule = (answers) => {
  if (leavesPresetOpen(answers)) {
    return "the name does not say which preset to use; give --preset production, staging or development";
  }
  const preset = presetOf(answers);
  if (!PRESETS.includes(preset)) {
    return `--preset is ${JSON.stringify(preset)}; allowed: ${PRESETS.join(", ")}`;
  }
  const name = stackNameOf(answers.name ?? "");
  if (!PRESETS.includes(name) || name === preset) return undefined;
  return `a stack named ${name} with the ${preset} preset would be misleading; leave out --preset, or choose another name`;
};

/** The preset for further rules; undefined if it is open or unknown, which has its own rule. */
function knownPreset(answers: Answers) {
  const preset = presetOf(answers);
  return PRESETS.includes(preset) && !leavesPresetOpen(answers) ? preset : undefined;
}

const isShared = (preset: string | undefined) => preset === "staging" || preset === "production";

/** Nothing in a stack refuses it: a production instance may have a development stack, but not by mistake. */
const liveKeyProblem: Rule = (answers) => {
  const { publishableKey = "" } = answers;
  const instance = parsePublishableKey(publishableKey).value?.instance;
  if (knownPreset(answers) !== "development" || instance !== ClerkInstance.Production) return;
  return "--publishable-key is of a production instance (pk_live_), and the development preset shows internal errors and the console; give pk_test_…, or another --preset";
};

const backendProblem: Rule = (answers, place) => {
  const preset = knownPreset(answers);
  const given = answers.backend ?? place.env.PULUMI_BACKEND_URL ?? "";
  if (given === "") {
    if (!isShared(preset) || place.ownBackend === undefined) return undefined;
    return `a ${preset} stack needs a backend that outlives this checkout; give --backend s3://…, gs://…, azblob://…, file://… or https://api.pulumi.com, or log in with npx pulumi login`;
  }
  const source = answers.backend === undefined ? "PULUMI_BACKEND_URL" : "--backend";
  if (!BACKENDS.test(given)) {
    return `${source} names no backend; allowed: file://, s3://, gs://, azblob:// and https://; correct it`;
  }
  if (!/\/\/[^/]*@/.test(given)) return undefined;
  return `${source} holds a user or a password; set these with the variables of the store's own tools`;
};

const providerProblem: Rule = (answers, place) => {
  const { secretsProvider = "" } = answers;
  const backend = backendOf(answers, place);
  const cloud = backend === undefined || backend.startsWith("https://");
  if (secretsProvider !== "" && !PROVIDERS.test(secretsProvider)) {
    return "--secrets-provider is not known; allowed: default, passphrase, awskms://…, azurekeyvault://…, gcpkms://…, hashivault://…; correct it";
  }
  // A wrong backend has its own rule.
  if (!cloud && !BACKENDS.test(backend)) return undefined;
  const passphrase =
    secretsProvider === "passphrase" || (!cloud && ["", "default"].includes(secretsProvider));
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = place.env;
  if (!passphrase || text || file || (backend !== undefined && backend === place.ownBackend)) {
    return undefined;
  }
  return "there is no passphrase to encrypt the stack's secrets with; set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds one, or give another --secrets-provider";
};

const RULES: readonly Rule[] = [
  nameProblem,
  presetProblem,
  liveKeyProblem,
  backendProblem,
  providerProblem,
];

/** The settings that the values become, as a stack's file has them. */
function settingsOf(answers: Answers) {
  const { publishableKey, corsDomains, port, postgresPort, schema } = answers;
  const preset = presetOf(answers);
  return {
    // Staging differs from production in its data only; otherwise it proves nothing.
    preset: preset === "staging" ? "production" : preset,
    identity: { publishableKey },
    hasura: { corsDomains: originsOf(corsDomains), port },
    postgres: { port: postgresPort, protectData: preset === "development" ? undefined : "true" },
    schema: { path: schema },
  };
}

function originsOf(corsDomains: string | undefined): string[] | undefined {
  if (corsDomains?.trim() === "[]") return [];
  return corsDomains?.split(",").map((origin) => origin.trim());
}

/** The same settings one by one, as `pulumi config set --path` takes them. */
export function settingPaths(answers: Answers): [path: string, value: string][] {
  const flat = (value: unknown, path: string): [string, string][] => {
    if (value === undefined) return [];
    if (Array.isArray(value) && value.length === 0) return [[path, "[]"]];
    if (Array.isArray(value)) return value.flatMap((item, at) => flat(item, `${path}[${at}]`));
    if (!isObject(value)) return [[path, String(value)]];
    const entries = Object.entries(value);
    return entries.flatMap(([name, inner]) => flat(inner, path ? `${path}.${name}` : name));
  };
  return flat(settingsOf(answers), "");
}

/** The flag that sets a part of the settings. */
const FLAGS: readonly [path: string, flag: string][] = [
  ["identity", "publishable-key"],
  ["hasura.corsDomains", "cors-domains"],
  ["hasura.port", "port"],
  ["postgres.port", "postgres-port"],
  ["schema", "schema"],
  ["template.secretKey", "clerk-secret-key-file"],
];

/** What the program would refuse of the settings, under the flags that set them. */
function refusals(answers: Answers, secretKey: string | undefined): string[] {
  if (knownPreset(answers) === undefined) return [];
  const { preset, ...parts } = { ...settingsOf(answers), template: { secretKey } };
  const written = Object.entries(parts).map(([name, it]) => [name, JSON.stringify(it)] as const);
  const read = readSettings(new Map([["preset", preset], ...written]));
  return settingProblems(read).map(({ path, reason }) => {
    const [, flag] = FLAGS.find(([start]) => path.startsWith(start)) ?? [];
    return flag === undefined ? `${path}: ${reason}` : `--${flag}: ${reason}`;
  });
}

/** Returns all problems, one line each, without a key or a URL. */
export function newStackProblems(answers: Answers, place: Place, secretKey?: string): string[] {
  const problems = RULES.map((rule) => rule(answers, place));
  return [...problems.filter((it) => it !== undefined), ...refusals(answers, secretKey)];
}
