/** @typedef {import("./newStackFlags.mjs").Answers} Answers */

/**
 * Where the stack is made.
 * @typedef {object} Place
 * @property {NodeJS.ProcessEnv} env
 * @property {string | undefined} ownBackend The checkout's own backend, `undefined` where a login is used.
 * @property {(file: string) => boolean} exists Whether the checkout has this file.
 */

const PRESETS = ["development", "staging", "production"];
const BACKENDS = /^(file|s3|gs|azblob|https):\/\/./;
const PROVIDERS = /^(default|passphrase|(awskms|azurekeyvault|gcpkms|hashivault):\/\/.+)$/;

/** @param {Answers} answers */
export const presetOf = ({ name = "", preset }) => {
  if (preset !== undefined) return preset;
  const last = stackNameOf(name);
  return PRESETS.includes(last) ? last : "development";
};

/**
 * The name without its organization, which also names the file of settings.
 * @param {string} name
 */
export const stackNameOf = (name) => name.split("/").at(-1) ?? name;

/**
 * The backend in which the stack will be, `undefined` where a login decides.
 * @param {Answers} answers
 * @param {Place} place
 */
const backendOf = ({ backend }, { env, ownBackend }) =>
  backend ?? (env.PULUMI_BACKEND_URL || ownBackend);

/** @typedef {(answers: Answers, place: Place) => string | undefined} Rule */

/** @type {Rule} */
function nameProblem(answers, place) {
  const { name = "" } = answers;
  if (name === "") return "the stack has no name; allowed: new-stack NAME";
  const parts = name.split("/");
  if (parts.length > 3 || !parts.every((part) => /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/.test(part))) {
    return 'the name is no stack name; allowed: up to 100 letters, digits, "-", "_" and ".", and an organization and "/" before it; choose another';
  }
  const backend = backendOf(answers, place);
  if (parts.length > 1 && backend !== undefined && !backend.startsWith("https://")) {
    return "the name has an organization, which only Pulumi Cloud knows; leave it out, or give --backend https://api.pulumi.com";
  }
  const file = `Pulumi.${stackNameOf(name)}.yaml`;
  if (!place.exists(file)) return undefined;
  return `${file} is there already; choose another name, or remove the file if no stack needs it`;
}

/**
 * Whether the name sounds like a stack that others rely on, and nothing says which preset it is to have.
 * @param {Answers} answers
 */
export function leavesPresetOpen({ name = "", preset }) {
  const last = stackNameOf(name);
  return preset === undefined && !PRESETS.includes(last) && /prod|live|stag/i.test(last);
}

/** @type {Rule} */
function presetProblem(answers) {
  if (leavesPresetOpen(answers)) {
    return "the name does not tell which preset is meant; give --preset production, staging or development";
  }
  const preset = presetOf(answers);
  if (!PRESETS.includes(preset)) {
    return `--preset is ${JSON.stringify(preset)}; allowed: ${PRESETS.join(", ")}`;
  }
  const name = stackNameOf(answers.name ?? "");
  if (!PRESETS.includes(name) || name === preset) return undefined;
  return `a stack named ${name} with the ${preset} preset would mislead everybody; leave out --preset, or choose another name`;
}

/** @param {string} encoded */
function frontendApiOf(encoded) {
  const text = Buffer.from(encoded, "base64").toString("latin1");
  return /^[a-z0-9.-]+\.[a-z0-9.-]+\$$/i.test(text) ? text.slice(0, -1) : undefined;
}

/**
 * The preset that further rules go by: one that is open or unknown is a problem of its own, not of every other answer too.
 * @param {Answers} answers
 */
function knownPreset(answers) {
  const preset = presetOf(answers);
  return PRESETS.includes(preset) && !leavesPresetOpen(answers) ? preset : undefined;
}

/** @param {string | undefined} preset */
const isShared = (preset) => preset === "staging" || preset === "production";

/** @type {Rule} */
function publishableKeyProblem(answers) {
  const { publishableKey: key } = answers;
  const preset = knownPreset(answers);
  const copy = "copy it from Clerk's dashboard (API keys)";
  if (key === undefined) {
    if (!isShared(preset)) return undefined;
    return `a ${preset} stack accepts no tokens signed by itself; give --publishable-key pk_live_…`;
  }
  if (/sk_(test|live)_/.test(key)) {
    return "--publishable-key is a secret key, and whoever saw this command line has it now; replace that key in Clerk's dashboard, and give the one that begins with pk_";
  }
  const [, kind, encoded = ""] = /^pk_(test|live)_([A-Za-z0-9+/=]+)$/.exec(key) ?? [];
  if (kind === undefined || frontendApiOf(encoded) === undefined) {
    return `--publishable-key is no publishable key; ${copy}`;
  }
  if (preset === "development" && kind === "live") {
    return "--publishable-key is of a production instance (pk_live_), and the development preset shows internal errors and the console; give pk_test_…, or another --preset";
  }
  if (!isShared(preset) || kind === "live") return undefined;
  return `--publishable-key is of a development instance (pk_test_), which a ${preset} stack refuses; give pk_live_…, or --preset development`;
}

/** @type {Rule} */
function corsProblem(answers) {
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
  return "--cors-domains has something that is no origin; allowed: scheme, host and port, such as https://app.example.com; remove what follows the host";
}

/** @type {Rule} */
function backendProblem(answers, place) {
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
  return `${source} holds a user or a password; give these by the variables of the store's own tools`;
}

/** @type {Rule} */
function providerProblem(answers, place) {
  const { secretsProvider = "" } = answers;
  const backend = backendOf(answers, place);
  const cloud = backend === undefined || backend.startsWith("https://");
  if (secretsProvider !== "" && !PROVIDERS.test(secretsProvider)) {
    return "--secrets-provider is not known; allowed: default, passphrase, awskms://…, azurekeyvault://…, gcpkms://…, hashivault://…; correct it";
  }
  // A wrong backend is told by its own rule.
  if (!cloud && !BACKENDS.test(backend)) return undefined;
  const passphrase =
    secretsProvider === "passphrase" || (!cloud && ["", "default"].includes(secretsProvider));
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = place.env;
  if (!passphrase || text || file || (backend !== undefined && backend === place.ownBackend)) {
    return undefined;
  }
  return "there is no passphrase to encrypt the stack's secrets with; set PULUMI_CONFIG_PASSPHRASE_FILE to a file that holds one, or give another --secrets-provider";
}

/**
 * @param {string} flag
 * @param {string | undefined} value
 */
function portProblem(flag, value) {
  const right = value === undefined || (/^\d{1,5}$/.test(value) && isPort(Number(value)));
  if (right) return undefined;
  return `--${flag} is ${JSON.stringify(value)}; allowed: a whole number from 1 to 65535`;
}

/** @param {number} port */
const isPort = (port) => port >= 1 && port <= 65_535;

/** @type {Rule} */
function portClash({ port = "8080", postgresPort = "5432" }) {
  if (Number(port) !== Number(postgresPort)) return undefined;
  return `--port and --postgres-port are both ${Number(port)}; allowed: two ports of one host; change one of them`;
}

/** @type {Rule[]} */
const RULES = [
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

/**
 * Everything that is wrong with the answers, each on one line and without a key or an address in it.
 * @param {Answers} answers
 * @param {Place} place
 * @returns {string[]}
 */
export function newStackProblems(answers, place) {
  return RULES.map((rule) => rule(answers, place)).filter((problem) => problem !== undefined);
}

/**
 * What is wrong with the content of the file of Clerk's secret key.
 * @param {string} key
 * @param {string} preset
 * @returns {string | undefined}
 */
export function secretKeyProblem(key, preset) {
  const [, kind] = /^sk_(test|live)_[\w-]+$/.exec(key) ?? [];
  const wanted = preset === "development" ? "test" : "live";
  if (kind === undefined) {
    return "--clerk-secret-key-file holds no secret key of Clerk's; allowed: one that begins with sk_, and nothing else; copy it again";
  }
  if (kind === wanted) return undefined;
  return `--clerk-secret-key-file holds a key that begins with sk_${kind}_; allowed in a ${preset} stack: sk_${wanted}_; copy that one`;
}
