import { Preset } from "../../infra/hasura/hasuraArgs";

/** What a stack is for; decides which rules hold. */
export const Environment = {
  ...Preset,
  /**
   * As production, but images may be tags, a template's secret key of a development instance and its tokens longer-lived. Only
   * the pack's configuration says it: a stack named staging has the production preset, and is judged as production.
   */
  Staging: "staging",
} as const;
export type Environment = (typeof Environment)[keyof typeof Environment];

/** What the rules take from the stack, or from the pack's configuration. */
export interface PolicySettings {
  /** Default: the stack's preset, which is `production` unless it says otherwise. */
  environment: Environment;
  /** Addresses beyond loopback that the engine was asked to be published on. Default: the stack's `hasura.bindAddress`. */
  engineAddresses: readonly string[];
}

/** Settings as they may come from a file: anything. */
export interface GivenSettings {
  environment?: unknown;
  engineAddresses?: unknown;
}

/** True where the engine faces others than its developers. */
export function isShared({ environment }: PolicySettings): boolean {
  return environment !== Environment.Development;
}

/** True where real users' data is. */
export function isProduction({ environment }: PolicySettings): boolean {
  return environment === Environment.Production;
}

/** The stack's settings, overruled by those of the pack's configuration; what has another form is ignored. */
export function mergedSettings(stack: PolicySettings, given: GivenSettings): PolicySettings {
  const environment = Object.values(Environment).find((it) => it === given.environment);
  const { engineAddresses: addresses } = given;
  return {
    environment: environment ?? stack.environment,
    engineAddresses: Array.isArray(addresses)
      ? addresses.filter((it) => typeof it === "string")
      : stack.engineAddresses,
  };
}
