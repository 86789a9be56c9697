import { isClerkDevHost } from "../clerk/frontendApi";
import type { ShapedIdentity } from "../clerk/identityShape";
import type { ResolvedKey } from "../clerk/keySource";
import { ClerkInstance } from "../clerk/publishableKey";
import { GUARDED_PATHS } from "../hasura/checkEnv";
import { refuses, type Stage, waysOut } from "../hasura/hasuraArgs";
import type { ProblemList } from "../validation/problems";

/** The parts of a stack that it is judged by; a part that is absent is not judged. */
export interface ProductionInput {
  identity?: {
    input: ShapedIdentity;
    facts?: ResolvedKey["facts"] | undefined;
    /** Whether the stack would sign its own tokens. */
    signsItself?: boolean;
  };
  hasura?: { console?: boolean; devMode?: boolean; corsDomains?: string[]; enabledApis?: string[] };
  postgres?: { protectData?: boolean };
}

/** APIs that tell about the inside of an engine, which a production stack does not serve. */
export const INNER_APIS: readonly string[] = ["config", "pgdump", "developer"];

interface ProductionRule {
  path: string;
  /** What is wrong, what is allowed and what to do, up to the ways out. */
  reason: string;
  broken: (input: ProductionInput, problems: ProblemList) => boolean;
}

/** Whether an address, or a host alone, points to a development instance of Clerk. */
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

/** A setting that names the host of an instance. */
function instanceRule(setting: "frontendApi" | "jwksUrl" | "issuer"): ProductionRule {
  return {
    path: `identity.${setting}`,
    reason:
      "points to a development instance of Clerk, where anybody may sign up; allowed with the production preset: a host of your own domain; use the production instance's",
    broken: ({ identity }) => isDevelopmentHost(identity?.input[setting] ?? ""),
  };
}

const RULES: readonly ProductionRule[] = [
  {
    path: "identity",
    reason:
      "is not set, so the stack would sign its own tokens; allowed with the production preset: publishableKey, frontendApi, jwksUrl or signingKey; set one",
    broken: ({ identity }) => identity?.signsItself === true,
  },
  {
    path: "identity.publishableKey",
    reason:
      "is of a development instance of Clerk (pk_test_), where anybody may sign up; allowed with the production preset: pk_live_; use that instance's key",
    broken: ({ identity }) => identity?.facts?.instance === ClerkInstance.Development,
  },
  {
    path: "identity.publishableKey",
    reason:
      "holds the host of a development instance of Clerk, where anybody may sign up; allowed with the production preset: a host of your own domain; use the production instance's key",
    broken: ({ identity }) =>
      identity?.facts?.instance === ClerkInstance.Production &&
      isDevelopmentHost(identity.facts.frontendApi ?? ""),
  },
  instanceRule("frontendApi"),
  instanceRule("jwksUrl"),
  instanceRule("issuer"),
  {
    path: "identity.allowHttpJwks",
    reason:
      "lets anybody in between replace the keys; allowed with the production preset: https; remove it",
    broken: ({ identity }) => identity?.input.allowHttpJwks === true,
  },
  {
    path: "hasura.corsDomains",
    reason:
      "is not set; required with the production preset: the origins of your websites, or [] if none calls; list them",
    broken: ({ hasura }, problems) =>
      hasura !== undefined &&
      hasura.corsDomains === undefined &&
      !problems.isLeftOut("hasura.corsDomains"),
  },
  {
    path: "hasura.corsDomains",
    reason:
      'has a wildcard for a whole top-level domain, so nearly every website may call the API; allowed with the production preset: a domain of at least two parts after "*."; list your own',
    broken: ({ hasura }) => hasura?.corsDomains?.some(isBroadOrigin) === true,
  },
  {
    path: "hasura.console",
    reason:
      "is on; allowed with the production preset: off; remove it, work with the console of a development stack and bring its changes here with the migrations and metadata of hasura-cli, which needs no browser; or use the console of hasura-cli, and list its origin, http://localhost:9695, in hasura.corsDomains for as long as you need it;",
    broken: ({ hasura }) => hasura?.console === true,
  },
  {
    path: "hasura.devMode",
    reason:
      "is on, so clients see internal errors; allowed with the production preset: off; remove it",
    broken: ({ hasura }) => hasura?.devMode === true,
  },
  {
    path: "hasura.enabledApis",
    reason: `holds ${INNER_APIS.join(", ")} or more of them, which show internals; allowed with the production preset: graphql, metadata, metrics; remove the others`,
    broken: ({ hasura }) => hasura?.enabledApis?.some((api) => INNER_APIS.includes(api)) === true,
  },
  {
    path: "postgres.protectData",
    reason:
      "is off, so a mistaken plan may delete every row; allowed with the production preset: on; remove it",
    broken: ({ postgres }) => postgres?.protectData === false,
  },
];

/** What is judged elsewhere: a secret key's kind with the template, and by the schema's job what only the owner of tables may do. */
const JUDGED_ELSEWHERE = ["template.secretKey", "postgres.ownerRole"];

/** Every path that `allowInProduction` may name; further variables are judged with the engine. */
export const ALLOWABLE: readonly string[] = [
  ...new Set([...RULES.map(({ path }) => path), ...GUARDED_PATHS, ...JUDGED_ELSEWHERE]),
];

/**
 * Reports what a production stack may not be, beyond what every stack is checked for. A secret key of a development instance
 * (`sk_test_`) and `*` among the origins are refused where these are checked; images by tag are the policies' to judge.
 */
export function checkProduction(input: ProductionInput, stage: Stage, problems: ProblemList): void {
  for (const { path, reason, broken } of RULES) {
    if (!refuses(stage, path) || !broken(input, problems)) continue;
    problems.add(path, `${reason}${reason.endsWith(";") ? "" : ","} ${waysOut(path)}`);
  }
}
