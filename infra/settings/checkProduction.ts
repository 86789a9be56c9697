import { isClerkDevHost } from "../clerk/frontendApiHost";
import { ClerkInstance, parsePublishableKey } from "../clerk/publishableKey";
import type { HasuraInput } from "../hasura/checkHasura";
import type { Problem } from "../validation/problems";

/** What a production stack is judged by, as it was configured; secrets are not among it. */
export interface ProductionInput {
  /** Whether the stack would sign its own tokens. */
  generateSigningKey: boolean;
  publishableKey?: string;
  frontendApi?: string;
  jwksUrl?: string;
  issuer?: string;
  allowHttpJwks?: boolean;
  hasura?: Pick<HasuraInput, "console" | "devMode" | "corsDomains" | "enabledApis">;
  protectData?: boolean;
}

const PRESET = "or use the development preset";
/** APIs that tell about the inside of an engine, which a production stack does not serve. */
export const INNER_APIS: readonly string[] = ["config", "pgdump", "developer"];

interface ProductionRule {
  path: string;
  reason: string;
  broken: (input: ProductionInput) => boolean;
}

/** Whether an address, or a host alone, is at a development instance of Clerk. */
export function isDevelopmentHost(address: string): boolean {
  const [, host = ""] =
    /^(?:[a-z][a-z0-9+.-]*:\/\/|\/\/)?(?:[^/?#@]*@)?([^/?#:]*)/i.exec(address) ?? [];
  return isClerkDevHost(host.toLowerCase().replace(/\.$/, ""));
}

/** Whether an origin with a wildcard covers what many own: a whole top-level domain. */
export function isBroadOrigin(origin: string): boolean {
  const [, domain] = /^[a-z][a-z0-9+.-]*:\/\/\*\.([^/:]*)/i.exec(origin) ?? [];
  return domain !== undefined && domain.split(".").filter((label) => label !== "").length < 2;
}

/** The Frontend API in a publishable key, whatever its prefix says. */
function hostOfKey(key = ""): string {
  return parsePublishableKey(key).value?.frontendApi ?? "";
}

function isTestKey(key: string | undefined): boolean {
  if (key === undefined) return false;
  return parsePublishableKey(key).value?.instance === ClerkInstance.Development;
}

/** A setting that names the host of an instance. */
function instanceRule(setting: "frontendApi" | "jwksUrl" | "issuer"): ProductionRule {
  return {
    path: `identity.${setting}`,
    reason: `is at a development instance of Clerk, where anybody may sign up; allowed with the production preset: a host of your own domain; use the production instance's, ${PRESET}`,
    broken: (input) => isDevelopmentHost(input[setting] ?? ""),
  };
}

const RULES: readonly ProductionRule[] = [
  {
    path: "identity",
    reason: `is not set, so the stack would sign its own tokens; allowed with the production preset: publishableKey, frontendApi, jwksUrl or signingKey; set one, ${PRESET}`,
    broken: ({ generateSigningKey }) => generateSigningKey,
  },
  {
    path: "identity.publishableKey",
    reason: `is of a development instance of Clerk (pk_test_), where anybody may sign up; allowed with the production preset: pk_live_; use that instance's key, ${PRESET}`,
    broken: ({ publishableKey }) => isTestKey(publishableKey),
  },
  {
    path: "identity.publishableKey",
    reason: `holds the host of a development instance of Clerk, where anybody may sign up; allowed with the production preset: a host of your own domain; use the production instance's key, ${PRESET}`,
    broken: ({ publishableKey: key }) => !isTestKey(key) && isDevelopmentHost(hostOfKey(key)),
  },
  instanceRule("frontendApi"),
  instanceRule("jwksUrl"),
  instanceRule("issuer"),
  {
    path: "identity.allowHttpJwks",
    reason: `lets anybody on the way replace the keys; allowed with the production preset: https; remove it, ${PRESET}`,
    broken: ({ allowHttpJwks }) => allowHttpJwks === true,
  },
  {
    path: "hasura.corsDomains",
    reason: `is not set; wanted with the production preset: the origins of your websites, or [] where none calls; list them, ${PRESET}`,
    broken: ({ hasura }) => hasura?.corsDomains === undefined,
  },
  {
    path: "hasura.corsDomains",
    reason: `holds a wildcard of a whole top-level domain, so nearly every website may call the API; allowed with the production preset: a domain of at least two parts after "*."; list your own, ${PRESET}`,
    broken: ({ hasura }) => hasura?.corsDomains?.some(isBroadOrigin) === true,
  },
  {
    path: "hasura.console",
    reason: `is on; allowed with the production preset: off; remove it, work with the console of a development stack and bring its changes here by the migrations and metadata of hasura-cli, which no browser sends; or use the console of hasura-cli, and list its origin, http://localhost:9695, in hasura.corsDomains for as long as you need it; ${PRESET}`,
    broken: ({ hasura }) => hasura?.console === true,
  },
  {
    path: "hasura.devMode",
    reason: `is on, so clients see internal errors; allowed with the production preset: off; remove it, ${PRESET}`,
    broken: ({ hasura }) => hasura?.devMode === true,
  },
  {
    path: "hasura.enabledApis",
    reason: `holds ${INNER_APIS.join(", ")} or more of them, which tell about the inside; allowed with the production preset: graphql, metadata, metrics; remove the others, ${PRESET}`,
    broken: ({ hasura }) => hasura?.enabledApis?.some((api) => INNER_APIS.includes(api)) === true,
  },
  {
    path: "postgres.protectData",
    reason: `is off, so a wrong plan may delete every row; allowed with the production preset: on; remove it, ${PRESET}`,
    broken: ({ protectData }) => protectData === false,
  },
];

/**
 * What a production stack may not be, beyond what every stack is checked for. A secret key of a development instance
 * (`sk_test_`) and `*` among the origins are refused where these are checked; images by tag are the policies' to judge.
 */
export function checkProduction(input: ProductionInput): Problem[] {
  return RULES.filter(({ broken }) => broken(input)).map(({ path, reason }) => ({ path, reason }));
}
