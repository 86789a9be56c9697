import { ClerkInstance, parsePublishableKey } from "./clerk/publishableKey";
import type { HasuraInput } from "./hasura/checkHasura";
import type { Problem } from "./validation/problems";

/** What a production stack is judged by, as it was configured; secrets are not among it. */
export interface ProductionInput {
  /** Whether the stack would sign its own tokens. */
  generateSigningKey: boolean;
  publishableKey?: string;
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

function isTestKey(key: string | undefined): boolean {
  if (key === undefined) return false;
  return parsePublishableKey(key).value?.instance === ClerkInstance.Development;
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
    path: "hasura.console",
    reason: `is on; allowed with the production preset: off; use the console of hasura-cli, which needs the API metadata, and remove this, ${PRESET}`,
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
