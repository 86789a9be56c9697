import { HASURA_DEFAULTS } from "../../infra/hasura/hasuraArgs";
import { POSTGRES_DEFAULTS } from "../../infra/postgres/postgresArgs";
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

function frontendApiOf(encoded: string) {
  const text = Buffer.from(encoded, "base64").toString("latin1");
  return /^[a-z0-9.-]+\.[a-z0-9.-]+\$$/i.test(text) ? text.slice(0, -1) : undefined;
}

/** The preset for further rules; undefined if it is open or unknown, which has its own rule. */
function knownPreset(answers: Answers) {
  const preset = presetOf(answers);
  return PRESETS.includes(preset) && !leavesPresetOpen(answers) ? preset : undefined;
}

const isShared = (preset: string | undefined) => preset === "staging" || preset === "production";

const publishableKeyProblem: Rule = (answers) => {
  const { publishableKey: key } = answers;
  const preset = knownPreset(answers);
  const copy = "copy it from Clerk's dashboard (API keys)";
  if (key === undefined) {
    if (!isShared(preset)) return undefined;
    return `a ${preset} stack accepts no tokens signed by itself; give --publishable-key pk_live_…`;
  }
  if (/sk_(test|live)_/.test(key)) {
    return "--publishable-key is a secret key, and anyone who saw this command line has it now; replace that key in Clerk's dashboard, and give the one that begins with pk_";
  }
  const [, kind, encoded = ""] = /^pk_(test|live)_([A-Za-z0-9+/=]+)$/.exec(key) ?? [];
  if (kind === undefined || frontendApiOf(encoded) === undefined) {
    return `--publishable-key is not a publishable key; ${copy}`;
  }
  if (preset === "development" && kind === "live") {
    return "--publishable-key is of a production instance (pk_live_), and the development preset shows internal errors and the console; give pk_test_…, or another --preset";
  }
  if (!isShared(preset) || kind === "live") return undefined;
  return `--publishable-key is of a development instance (pk_test_), which a ${preset} stack refuses; give pk_live_…, or --preset development`;
};

const corsProblem: Rule = (answers) => {
  const { corsDomains } = answers;
  const preset = knownPreset(answers);
  if (corsDomains === undefined) {
    if (!isShared(preset)) return undefined;
    return `a ${preset} stack lets only listed websites call it; give --cors-domains https://app.example.com,… or [] for none`;
  }
  if (corsDomains.trim() === "[]") return undefined;
  const origins = corsDomains.split(",").map((origin) => origin.trim());
  if (origins.includes("*") && (isShared(preset) || origins.length > 1)) {
    return '--cors-domains has "*", which lets every website call; allowed: listed origins; list them';
  }
  const wrong = origins.find(
    (origin) => origin !== "*" && !/^https?:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?$/i.test(origin),
  );
  if (wrong === undefined) return undefined;
  return "--cors-domains has an item that is not an origin; allowed: scheme, host and port, such as https://app.example.com; remove what follows the host";
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

function portProblem(flag: string, value: string | undefined) {
  const right = value === undefined || (/^\d{1,5}$/.test(value) && isPort(Number(value)));
  if (right) return undefined;
  return `--${flag} is ${JSON.stringify(value)}; allowed: a whole number from 1 to 65535`;
}

const isPort = (port: number) => port >= 1 && port <= 65_535;

const portClash: Rule = ({
  port = HASURA_DEFAULTS.port,
  postgresPort = POSTGRES_DEFAULTS.port,
}) => {
  if (Number(port) !== Number(postgresPort)) return undefined;
  return `--port and --postgres-port are both ${Number(port)}; allowed: two different ports; change one of them`;
};

const RULES: readonly Rule[] = [
  nameProblem,
  presetProblem,
  publishableKeyProblem,
  corsProblem,
  backendProblem,
  providerProblem,
  ({ port }) => portProblem("port", port),
  ({ postgresPort }) => portProblem("postgres-port", postgresPort),
  portClash,
];

/** Returns all problems, one line each, without a key or a URL. */
export function newStackProblems(answers: Answers, place: Place): string[] {
  return RULES.map((rule) => rule(answers, place)).filter((problem) => problem !== undefined);
}

/** Returns what is wrong with the content of Clerk's secret key file. */
export function secretKeyProblem(key: string, preset: string): string | undefined {
  const [, kind] = /^sk_(test|live)_[\w-]+$/.exec(key) ?? [];
  const wanted = preset === "development" ? "test" : "live";
  if (kind === undefined) {
    return "--clerk-secret-key-file does not hold a Clerk secret key; allowed: only a key that begins with sk_; copy it again";
  }
  if (kind === wanted) return undefined;
  return `--clerk-secret-key-file holds a key that begins with sk_${kind}_; allowed in a ${preset} stack: sk_${wanted}_; copy that one`;
}
