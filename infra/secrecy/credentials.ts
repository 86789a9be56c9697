import { SecretForm, type SecretPlace, secretPlaces } from "./secretPlaces";

/** Beginnings of Clerk's secret keys, signing secrets, PEM files and JWTs. */
const SECRET_MARKS = /sk_(?:test|live)_|whsec_|-----BEGIN|eyJ[\w-]{8}/;
const LONG_RUN = /[A-Za-z0-9+/=_-]{32,}/;

/** Whether a text has the beginning of a known kind of credential in it. */
export function hasSecretMark(text: string): boolean {
  return SECRET_MARKS.test(text);
}

/** Whether a text has such a mark, or a run so long that it may be a credential. */
export function mayBeSecret(text: string): boolean {
  return hasSecretMark(text) || LONG_RUN.test(text);
}

/** Parts of a name, between underscores, that announce a password. */
const PASSWORD_PARTS =
  /^(\w*(PASSWORDS?|PASSWD|PASSPHRASE|SECRETS?)|PASS|PWD|REQUIREPASS|MASTERAUTH)$/;
/** Parts that announce another credential. */
const KEY_PARTS = /^((ACCESS|AUTH)?TOKENS?|(API|ACCESS|SECRET|PRIVATE)?KEYS?|CREDENTIALS?)$/;
/** Last parts that make it something about a credential. */
const HARMLESS_ENDINGS = new RegExp(
  `^(${[
    "FILE|FILES|PATH|DIR|DIRECTORY|FOLDER|STORE|BACKEND|MANAGER|PROVIDER",
    "URL|URLS|URI|URIS|ENDPOINT|HOST|PORT|ISSUER|AUDIENCE|SCOPES?|REGION|NAMESPACE",
    "ID|IDS|NAME|PREFIX|SUFFIX|HEADER|COOKIE|CLAIM|FIELD|COLUMN",
    "TYPE|KIND|FORMAT|MODE|METHOD|ALGORITHM|ALG|ENCRYPTION|POLICY|VERSION|ROUNDS",
    "TTL|LIFETIME|EXPIRY|EXPIRES|EXPIRATION|AGE|TIMEOUT|INTERVAL|MS|SECONDS|MINUTES|HOURS|DAYS",
    "LENGTH|SIZE|COUNT|LIMIT|MIN|MAX|ENABLED|DISABLED|REQUIRED",
  ].join("|")})$`,
);

/** Parts between underscores, hyphens, dots and the humps of camel case. */
function partsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .filter((part) => part !== "");
}

/** A key that its name calls public; a password, secret or token is none, whatever else stands beside it. */
function isPublicKey(parts: readonly string[]): boolean {
  return (
    parts.some((part) => /^(PUBLIC|PUBLISHABLE)$/.test(part)) &&
    /^(API)?KEYS?$/.test(parts.at(-1) ?? "") &&
    !parts.some((part) => PASSWORD_PARTS.test(part) || part === "PRIVATE")
  );
}

/** A key set's address, or a public key, in place of a key: such a JWT secret is none. */
function isPublicValue(value: string): boolean {
  if (/PRIVATE KEY/.test(value)) return false;
  return /BEGIN (PUBLIC KEY|CERTIFICATE)|^\{(?!.*"key").*"jwk_url"/s.test(value);
}

/** Whether a name announces a credential; of what it is said about, only the last part counts. */
function announcesSecret(name: string): boolean {
  const parts = partsOf(name);
  if (parts[0] === "NO" || HARMLESS_ENDINGS.test(parts.at(-1) ?? "")) return false;
  if (isPublicKey(parts)) return false;
  return parts.some((part) => PASSWORD_PARTS.test(part) || KEY_PARTS.test(part));
}

/** Whether a name and the value beside it are a credential: switches, counts and public keys are none. */
export function isSecretPair(name: string, value: string): boolean {
  if (value === "" || !announcesSecret(name) || isPublicValue(value)) return false;
  if (/^(true|false|yes|no|on|off)$/i.test(value)) return false;
  const parts = partsOf(name);
  // The shell's own variable.
  if (parts.length === 1 && parts[0] === "PWD" && value.startsWith("/")) return false;
  return !/^\d{1,6}$/.test(value) || parts.some((part) => PASSWORD_PARTS.test(part));
}

/** Shorter values of environment variables are words, not secrets. */
const SHORTEST = 6;
const SECRET_VARIABLE = /(?:PASSWORD|PASSPHRASE|TOKEN|SECRET|CREDENTIALS|_KEY)$/i;

/** Values of the environment variables that are secret by their names: a CI service masks them in logs, not in a comment. */
export function environmentSecrets(env: NodeJS.ProcessEnv): string[] {
  return Object.entries(env).flatMap(([name, value = ""]) =>
    value.length >= SHORTEST && (SECRET_VARIABLE.test(name) || isSecretPair(name, value))
      ? [value]
      : [],
  );
}

/** What a program fills in later is no credential: `$NAME`, `${name}`, `$(…)`, and a command in backquotes. */
const REFERENCE = /^(\$([{(]|[A-Za-z_]\w*$)|`)/;

function bare(value: string): string {
  return value.replace(/^[\\"']+|[\\"';)]+$/g, "");
}

function isGiven(value: string): boolean {
  return value !== "" && !REFERENCE.test(value);
}

/** User info with a password; what begins with digits and a slash is a port and a path. */
function hasPassword(info: string): boolean {
  const parts = info.split("//");
  return parts.some((_, index) => {
    const rest = parts.slice(index).join("//");
    const password = /^[^\s:/?@[]*:(?!\d+\/)(.+)$/s.exec(rest)?.[1] ?? "";
    return isGiven(password);
  });
}

/** A name that is itself read from a variable (`$TOKEN = …`), or whose value is empty (`NAME= program`). */
function isNoAssignment(before: string): boolean {
  return /\$\{?[\w-]+\\*["']?\s*[:=]\s*$/.test(before) || /[^\s=]=\s+$/.test(before);
}

function isNamedSecret({ name = "", value }: SecretPlace): boolean {
  return isGiven(bare(value)) && isSecretPair(name, bare(value));
}

type Judge = (place: SecretPlace) => boolean;

/** Which of the places where a credential can stand hold one; a mask may err on the safe side, a refusal may not. */
const JUDGES: Readonly<Record<SecretForm, Judge>> = {
  [SecretForm.UserInfo]: ({ value }) => hasPassword(value),
  // The data source names of Go's MySQL driver; other texts of this form are addresses of images and people.
  [SecretForm.Address]: ({ value, after }) => /^@(tcp|unix)\(/.test(after) && hasPassword(value),
  [SecretForm.Query]: isNamedSecret,
  [SecretForm.Pem]: ({ value }) => /^-----BEGIN [A-Z ]*PRIVATE KEY/.test(value),
  [SecretForm.Marked]: ({ value }) =>
    !value.startsWith("eyJ") || /^eyJ[\w-]{8,}\.[\w-]+\./.test(value),
  [SecretForm.Header]: ({ name }) => name !== undefined,
  [SecretForm.Pair]: (place) => !isNoAssignment(place.before) && isNamedSecret(place),
  [SecretForm.Sql]: isNamedSecret,
  [SecretForm.JwtKey]: ({ before, value, after }) =>
    /["']type\\*["']\s*:\s*\\*["']HS\d/.test(before + after) && isGiven(bare(value)),
  [SecretForm.Flag]: isNamedSecret,
};

/** Whether a text holds a credential. */
export function holdsSecret(text: string): boolean {
  return secretPlaces(text).some((place) => JUDGES[place.form](place));
}

/** Whether a list of words holds a credential, in one of them or as a flag's value, which is the word after it. */
export function wordsHoldSecret(words: readonly string[]): boolean {
  return (
    words.some(holdsSecret) ||
    secretPlaces(words.join("\n")).some(
      (place) => place.form === SecretForm.Flag && isNamedSecret(place),
    )
  );
}
