import { checkSecretKey } from "../../infra/clerk/template/checkTemplate";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { SECRETS_FILE } from "../../infra/hasura/startScript";
import { isDevelopmentHost } from "../../infra/settings/checkProduction";
import { isEngine } from "./containers";
import { engineVariable, JWT_SECRETS } from "./engineVariable";
import { type CheckedResource, PolicyLevel, type ResourceRule } from "./policyRule";
import { isProduction, isShared } from "./policySettings";
import { numberAt, recordsAt, textAt, textsWithin } from "./properties";

const engines = [ResourceType.Container, ResourceType.CloudEnvironment];

/** The JWT secret as far as it is known: a flag, a variable, or the lines of the engine's file of secrets that set it. */
function jwtSecrets(resource: CheckedResource): string[] {
  const given = JWT_SECRETS.flatMap((name) => engineVariable(resource, name) ?? []);
  if (given.length > 0) return given;
  if (!isEngine(resource)) return [];
  return recordsAt(resource.props, "uploads")
    .filter((it) => textAt(it, "file") === SECRETS_FILE)
    .flatMap((it) => (textAt(it, "content") ?? "").split("\n"))
    .filter((line) => JWT_SECRETS.some((name) => line.startsWith(`${name}=`)));
}

/** Every value of one part of the JWT secrets; a pattern reads them, because a file's quotes stand around. */
function partsOf(resource: CheckedResource, part: string): string[] {
  const pattern = new RegExp(`"${part}"\\s*:\\s*"([^"]*)"`, "g");
  return jwtSecrets(resource)
    .flatMap((secret) => [...secret.matchAll(pattern)])
    .map(([, text = ""]) => text.replaceAll("\\/", "/"));
}

const liveInstance: ResourceRule = {
  name: "engine-live-instance",
  description: "engines of production stacks accept tokens of Clerk's production instance",
  remedy: "set the identity to the production instance's publishable key or host",
  level: PolicyLevel.Mandatory,
  types: engines,
  check(resource, settings) {
    if (!isProduction(settings)) return [];
    return ["jwk_url", "issuer"]
      .filter((part) => partsOf(resource, part).some(isDevelopmentHost))
      .map((part) => `${part} points to a development instance of Clerk, where anyone may sign up`);
  },
};

const keysOverTls: ResourceRule = {
  name: "engine-keys-over-tls",
  description: "shared engines fetch the keys of tokens over TLS",
  remedy: "set identity.jwksUrl to an https URL and remove identity.allowHttpJwks",
  level: PolicyLevel.Mandatory,
  types: engines,
  check: (resource, settings) =>
    isShared(settings) && partsOf(resource, "jwk_url").some((url) => /^http:/i.test(url))
      ? ["jwk_url has no TLS, so anyone on the network path can replace the keys"]
      : [],
};

/** Longest life of a token in production: roles taken away count for as long. */
const LONGEST_LIFETIME = 3600;

const lifetime: ResourceRule = {
  name: "template-lifetime",
  description: "tokens of production stacks are valid for an hour at most",
  remedy: `set lifetimeSeconds to ${LONGEST_LIFETIME} or less; apps fetch a new token by themselves`,
  level: PolicyLevel.Mandatory,
  types: [ResourceType.JwtTemplate],
  check({ props }, settings) {
    const seconds = numberAt(props, "lifetimeSeconds") ?? 0;
    if (!isProduction(settings) || seconds <= LONGEST_LIFETIME) return [];
    return [`lifetimeSeconds is ${seconds}: a revoked role stays valid for as long`];
  },
};

const unsafeMetadata: ResourceRule = {
  name: "template-without-unsafe-metadata",
  description: "no claim is read from unsafe metadata",
  remedy: "use public_metadata, which only the backend can write",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.JwtTemplate],
  check: ({ props }) =>
    textsWithin(props.claims).some((text) => /\bunsafe_?metadata\b/i.test(text))
      ? ["claims read unsafe_metadata, which every user can write"]
      : [],
};

const liveKey: ResourceRule = {
  name: "template-live-key",
  description: "production stacks use Clerk's production instance",
  remedy: "set template.secretKey to the key that begins with sk_live_",
  level: PolicyLevel.Mandatory,
  types: [ResourceType.JwtTemplate],
  check({ props }, settings) {
    const key = textAt(props, "secretKey");
    if (!isProduction(settings) || key === undefined) return [];
    const problems = checkSecretKey(key, { preset: "production" }, "secretKey");
    return problems.map(({ path, reason }) => `${path} ${reason}`);
  },
};

/** Whose tokens an engine accepts, and what is in them. */
export const TOKEN_RULES: readonly ResourceRule[] = [
  liveInstance,
  keysOverTls,
  lifetime,
  unsafeMetadata,
  liveKey,
];
