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
export function announcesSecret(name: string): boolean {
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
