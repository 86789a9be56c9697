import { variablesOf } from "./containers";
import { PolicyLevel, type ResourceRule } from "./policyRule";
import { textsWithin } from "./properties";
import { ResourceType } from "./resourceType";

const types = [ResourceType.Container];

/** Parts of a variable's name, between underscores, that announce a credential. */
const SECRET_PARTS =
  /^(\w*(PASSWORDS?|PASSWD|PASSPHRASE)|PASS|SECRETS?|(ACCESS|AUTH)?TOKENS?|(API|ACCESS|SECRET)?KEYS?|CREDENTIALS?)$/;
/** Parts that make it something about a credential, or a public one. */
const HARMLESS_PARTS =
  /^(PUBLIC|PUBLISHABLE|FILE|PATH|DIR|ID|NAME|HEADER|TYPE|ALGORITHM|TTL|LIFETIME|EXPIRY|LENGTH)$/;
const SECRET_VALUES = [
  /[a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:[^\s@/]+@/i,
  /\bsk_(live|test)_/,
  /\bwhsec_/,
  /-----BEGIN [A-Z ]*PRIVATE KEY/,
  /\beyJ[\w-]{8,}\.[\w-]+\./,
  // A name of a variable in its place is no password.
  /\bpassw(?:or)?d=(?![$\s]|["']\$|["']{2}|$)/i,
];

function announcesSecret(name: string): boolean {
  const parts = name.toUpperCase().split(/[^A-Z0-9]+/);
  if (parts.some((part) => HARMLESS_PARTS.test(part))) return false;
  return parts.some((part) => SECRET_PARTS.test(part));
}

function holdsSecret(value: string): boolean {
  return SECRET_VALUES.some((pattern) => pattern.test(value));
}

const environment: ResourceRule = {
  name: "no-secret-in-environment",
  description: "no container carries a secret in its environment",
  remedy:
    "hand the secret over in an uploaded file (a NAME_FILE variable, or a script that reads it)",
  level: PolicyLevel.Mandatory,
  types,
  check: (resource) =>
    variablesOf(resource)
      .filter(({ value }) => value !== "" && !/^(true|false|\d+)$/i.test(value))
      .filter(({ name, value }) => announcesSecret(name) || holdsSecret(value))
      .map(({ name }) => `${name} is plain to everyone who may run docker inspect`),
};

const ELSEWHERE = ["command", "entrypoints", "labels", "healthcheck", "name", "hostname"];

const elsewhere: ResourceRule = {
  name: "no-secret-in-configuration",
  description: "no container carries a secret in its command line, labels, names or health check",
  remedy: "hand the secret over in an uploaded file",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    ELSEWHERE.filter((key) => textsWithin(props[key]).some(holdsSecret)).map(
      (key) => `${key} holds a secret, plain to everyone who may run docker inspect or ps`,
    ),
};

/** Where secrets must not be. */
export const SECRET_RULES: readonly ResourceRule[] = [environment, elsewhere];
